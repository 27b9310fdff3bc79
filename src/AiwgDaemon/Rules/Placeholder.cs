using System.Diagnostics.CodeAnalysis;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>
/// One <c>{{event.…}}</c> in a text. Anything else in double braces (Go templates, for instance) is not ours and stays as
/// it is. <c>{{event.x?}}</c> may have no value; the value of <c>{{event.x|dash}}</c> may begin with <c>-</c>.
/// </summary>
internal sealed record Placeholder(int Start, int Length, string Name)
{
    /// <summary>The only filter.</summary>
    public const string Dash = "dash";

    public int End => Start + Length;

    /// <summary>Without a value it is empty, and the action runs.</summary>
    public bool IsOptional { get; private init; }

    /// <summary>What stands after <c>|</c>; null without one.</summary>
    public string? Filter { get; private init; }

    public bool AllowsDash => Filter == Dash;

    /// <summary>What the payload of a source's events holds; null if that is not fixed.</summary>
    public static IReadOnlyList<string>? KeysOf(EventSource? source) => source is { } known ? EventCatalogue.Of(known).PayloadKeys : null;

    /// <summary>The name's parts; null if it is none. A blank is a slip of the pen, unless it is between quotes.</summary>
    public IReadOnlyList<string>? Keys =>
        PayloadPath.TryParse(Name, out var path) && (Name.Contains('[') || !Name.Contains(' '))
            ? [.. path.Steps.Select(step => step.Key)]
            : null;

    /// <summary>True if a placeholder begins exactly at <paramref name="at"/>.</summary>
    public static bool TryReadAt(string text, int at, [NotNullWhen(true)] out Placeholder? placeholder)
    {
        placeholder = null;
        if (!text.AsSpan(at).StartsWith("{{")) return false;
        var inner = at + 2;
        while (inner < text.Length && text[inner] == ' ') inner++;
        if (!text.AsSpan(inner).StartsWith("event")) return false;
        var close = text.IndexOf("}}", inner, StringComparison.Ordinal);
        if (close < 0 || (text[inner + 5] is not ('.' or ' ' or '}' or '|' or '?'))) return false;
        var name = text[inner..close].TrimEnd(' ');
        // A key between brackets may have one, too.
        var bar = name.IndexOf('|', name.LastIndexOf(']') + 1);
        var filter = bar < 0 ? null : name[(bar + 1)..].Trim(' ');
        if (bar >= 0) name = name[..bar].TrimEnd(' ');
        var optional = name.EndsWith('?');
        placeholder = new Placeholder(at, close + 2 - at, optional ? name[..^1] : name) { IsOptional = optional, Filter = filter };
        return true;
    }

    public static IEnumerable<Placeholder> In(string text)
    {
        for (
            var i = text.IndexOf("{{", StringComparison.Ordinal);
            i >= 0 && i < text.Length;
            i = text.IndexOf("{{", i, StringComparison.Ordinal)
        )
        {
            if (TryReadAt(text, i, out var placeholder))
            {
                yield return placeholder;
                i = placeholder.End;
            }
            else
            {
                i++;
            }
        }
    }

    /// <summary>What is wrong with the name, for events as the rule selects them; null if it may have a value.</summary>
    public string? Fault(EventMatch match)
    {
        if (Filter is not (null or Dash))
            return $"{{{{{Name}|{Filter}}}}} has a filter that is not known (write {{{{{Name}|{Dash}}}}}, or leave it out)";
        if (Keys is not { Count: > 1 } parts)
            return $"{{{{{Name}}}}} is not a name (write {{{{event.path}}}} or {{{{event.payload.KEY}}}})";
        if (parts[1] is "id" or "type" or "source" or "path" or "timestamp" && parts.Count == 2)
            return null;
        if (parts[1] != "payload")
            return $"{{{{{Name}}}}} is not known (write event.id, .type, .source, .path, .timestamp or .payload.KEY)";
        if (parts.Count == 2 || match.Source is not { } source || KeysOf(source) is not { } keys || keys.Contains(parts[2]))
            return null;
        return $"{{{{{Name}}}}}: a {EventJson.Word(source)} event has no {parts[2]} in its payload (it has {string.Join(", ", keys)})";
    }
}
