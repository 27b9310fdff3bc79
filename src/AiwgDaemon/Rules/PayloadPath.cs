using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AiwgDaemon.Rules;

/// <summary>
/// A path into a payload: keys with dots between, <c>["…"]</c> for a key that itself has dots or brackets, and <c>.0</c> or <c>[0]</c> for
/// an item of a list. Pure. A walk visits each value of the payload once at most, and goes no deeper than JSON does (64).
/// </summary>
internal sealed class PayloadPath
{
    private PayloadPath(IReadOnlyList<PayloadStep> steps) => Steps = steps;

    public IReadOnlyList<PayloadStep> Steps { get; }

    /// <summary>False for a key without characters, and for a bracket or quote that is not closed.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PayloadPath? path)
    {
        var steps = new List<PayloadStep>();
        path = null;
        var at = 0;
        do
        {
            var step = at < text.Length && text[at] == '[' ? Bracket(text, ref at) : Word(text, ref at);
            if (step is null) return false;
            steps.Add(step);
            if (at == text.Length)
            {
                path = new PayloadPath(steps);
                return true;
            }
            // A dot has a key behind it; a bracket follows directly.
            if (text[at] == '.') at++;
            else if (text[at] != '[') return false;
        } while (true);
    }

    /// <summary>The one value at the path, if a list is entered by an index only; null if there is none.</summary>
    public static JsonElement? Find(JsonElement value, IEnumerable<PayloadStep> steps)
    {
        foreach (var step in steps)
        {
            if (Next(value, step) is not { } next) return null;
            value = next;
        }
        return value;
    }

    /// <summary>Whether a value that the path leads to is as asked. Each list on the way, and at the end, stands for its items.</summary>
    public bool LeadsTo(JsonElement value, Func<JsonElement, bool> asked) => LeadsTo(value, 0, asked);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
        {
            if (IsPlain(step))
                text.Append(text.Length > 0 ? "." : "").Append(step.Key);
            else
                text.Append("[\"")
                    .Append(step.Key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                    .Append("\"]");
        }
        return text.ToString();
    }

    private bool LeadsTo(JsonElement value, int from, Func<JsonElement, bool> asked)
    {
        for (var i = from; i < Steps.Count; i++)
        {
            if (Next(value, Steps[i]) is { } next) value = next;
            else return value.ValueKind == JsonValueKind.Array && Steps[i].Index is null && AnyItem(value, i, asked);
        }
        return value.ValueKind == JsonValueKind.Array ? AnyItem(value, Steps.Count, asked) : asked(value);
    }

    private bool AnyItem(JsonElement list, int from, Func<JsonElement, bool> asked)
    {
        foreach (var item in list.EnumerateArray())
            if (LeadsTo(item, from, asked)) return true;
        return false;
    }

    private static JsonElement? Next(JsonElement value, PayloadStep step) => value.ValueKind switch
    {
        JsonValueKind.Object when value.TryGetProperty(step.Key, out var member) => member,
        JsonValueKind.Array when step.Index is { } index && index < value.GetArrayLength() => value[index],
        _ => null,
    };

    private static PayloadStep? Word(string text, ref int at)
    {
        var length = text.AsSpan(at).IndexOfAny('.', '[');
        var key = length < 0 ? text[at..] : text.Substring(at, length);
        at += key.Length;
        return key.Length == 0 ? null : new PayloadStep(key, IndexOf(key));
    }

    private static PayloadStep? Bracket(string text, ref int at)
    {
        at++;
        if (at < text.Length && text[at] is '"' or '\'') return Quoted(text, ref at);
        var close = text.IndexOf(']', at);
        if (close < 0) return null;
        var key = text[at..close];
        at = close + 1;
        return IndexOf(key) is { } index ? new PayloadStep(key, index) : null;
    }

    private static PayloadStep? Quoted(string text, ref int at)
    {
        var quote = text[at++];
        var key = new StringBuilder();
        for (; at < text.Length && text[at] != quote; at++)
        {
            // As in JSON, so far as a key needs it; between single quotes nothing is special, as in YAML.
            if (quote == '"' && text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '"' or '\\') at++;
            key.Append(text[at]);
        }
        if (at + 1 >= text.Length || text[at + 1] != ']') return null;
        at += 2;
        return new PayloadStep(key.ToString(), null);
    }

    private static int? IndexOf(string key) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static bool IsPlain(PayloadStep step) =>
        step.Key.Length > 0 && step.Key.AsSpan().IndexOfAny('.', '[') < 0 && IndexOf(step.Key) == step.Index;
}

/// <summary>One key of a path. <paramref name="Index"/>: it is the item of a list if it meets one; a number in quotes never is.</summary>
internal sealed record PayloadStep(string Key, int? Index);
