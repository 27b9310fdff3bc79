using System.Globalization;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>
/// What the names in templates stand for, for one event. A name without a value is a <see cref="TemplateException"/>, or, if
/// <paramref name="mayBeMissing"/>, empty and noted in <see cref="Missing"/>; <c>{{event.x?}}</c> is empty. JSON's null is no value.
/// NUL, which neither an argument nor a variable can hold, becomes U+FFFD.
/// </summary>
internal sealed class TemplateValues(DaemonEvent @event, bool mayBeMissing)
{
    private List<string>? _missing;

    public IReadOnlyList<string> Missing => _missing ?? [];

    public string Get(Placeholder placeholder)
    {
        if (Raw(placeholder.Name) is { } value)
            return value.Replace('\0', '\uFFFD');
        if (placeholder.IsOptional)
            return "";
        if (!mayBeMissing)
            throw new TemplateException(
                $"{{{{{placeholder.Name}}}}} has no value in this event (write {{{{{placeholder.Name}?}}}} if it may be empty)"
            );
        (_missing ??= []).Add(placeholder.Name);
        return "";
    }

    /// <summary>As JSON: what is JSON in the payload as it stands, all else a string; inside of a string of the template without its
    /// quotes. Empty there, else null, if it may be missing.</summary>
    public string GetJson(Placeholder placeholder, bool inString)
    {
        var isJson = PayloadPath.TryParse(placeholder.Name, out var path) && path.Steps.Count > 1 && path.Steps[1].Key == "payload"
            && PayloadPath.Find(@event.PayloadJson, path.Steps.Skip(2)) is { ValueKind: not JsonValueKind.String };
        var value = Get(placeholder);
        // As bytes: a name that is no UTF-8 has halves of surrogate pairs, which JSON cannot have.
        var encoded = JsonEncodedText.Encode(Encoding.UTF8.GetBytes(value));
        if (inString) return encoded.ToString();
        if (Raw(placeholder.Name) is null) return "null";
        return isJson ? value : $"\"{encoded}\"";
    }

    /// <summary>True if a program would take the value for an option.</summary>
    public bool IsOption(string name) => Raw(name) is ['-', ..];

    private string? Raw(string name)
    {
        if (!PayloadPath.TryParse(name, out var path)) return null;
        var steps = path.Steps;
        switch (steps.Count > 1 ? steps[1].Key : "")
        {
            case "id": return @event.Id.ToString();
            case "type": return @event.Type;
            case "source": return EventJson.Word(@event.Source);
            case "path" when @event.Source == EventSource.Watch: return @event.Subject;
            case "timestamp": return @event.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            // The payload shows bytes that are not text as \xNN; the subject has them as they are.
            case "payload" when steps is [_, _, { Key: "path" }] && @event.Source == EventSource.Watch: return @event.Subject;
            case "payload" when PayloadPath.Find(@event.PayloadJson, steps.Skip(2)) is { } value:
                return value.ValueKind switch
                {
                    JsonValueKind.String => PayloadText.Of(value),
                    JsonValueKind.Null => null,
                    _ => value.GetRawText(),
                };
            default:
                return null;
        }
    }
}
