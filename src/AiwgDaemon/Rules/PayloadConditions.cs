using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>
/// Whether a payload is as <c>match:</c> asks. Pure; a value that is not there equals nothing and compares with nothing. Through a list one
/// item that holds is enough, and <c>!=</c> asks that none is equal.
/// </summary>
internal static class PayloadConditions
{
    public static bool Holds(PayloadCondition condition, JsonElement payload)
    {
        return condition.Comparison switch
        {
            Comparison.Equal => condition.Path.LeadsTo(payload, IsWanted),
            Comparison.NotEqual => !condition.Path.LeadsTo(payload, IsWanted),
            _ => condition.Path.LeadsTo(payload, value => condition.AnyOf.Any(wanted => Compares(value, wanted, condition.Comparison))),
        };

        bool IsWanted(JsonElement value)
        {
            // Once for each value, however many are wanted.
            var text = value.ValueKind == JsonValueKind.String ? PayloadText.Of(value) : value.GetRawText();
            foreach (var wanted in condition.AnyOf)
                if (AreEqual(value, text, wanted)) return true;
            return false;
        }
    }

    private static bool AreEqual(JsonElement value, string text, JsonElement wanted)
    {
        if (wanted.ValueKind == JsonValueKind.String) return Wildcard.IsMatch(wanted.GetString(), text);
        // Form fields and headers are text: 5 in the file is also "5" in the payload.
        if (wanted.ValueKind == JsonValueKind.Number && value.ValueKind is JsonValueKind.Number or JsonValueKind.String)
            return IsNumber(value, text, wanted);
        return (value.ValueKind == JsonValueKind.String || value.ValueKind == wanted.ValueKind) && text == wanted.GetRawText();
    }

    private static bool IsNumber(JsonElement value, string text, JsonElement wanted)
    {
        if (text == wanted.GetRawText()) return true;
        // 05 and +5 as text are something else than the number 5, for instance a post code.
        if (value.ValueKind == JsonValueKind.String && !IsPlainNumber(text))
            return false;
        return DecimalText.TryParse(text, out var left)
            && DecimalText.TryParse(wanted.GetRawText(), out var right)
            && DecimalText.Compare(left, right) == 0;
    }

    private static bool IsPlainNumber(string text) =>
        (text is ['-', ..] ? text.AsSpan(1) : text) is [>= '0' and <= '9', ..] digits
        && char.IsAsciiDigit(text[^1])
        && !(digits is ['0', >= '0' and <= '9', ..]);

    private static bool Compares(JsonElement value, JsonElement wanted, Comparison comparison)
    {
        if (!DecimalText.TryParse(Text(value), out var left) || !DecimalText.TryParse(Text(wanted), out var right)) return false;
        var order = DecimalText.Compare(left, right);
        return comparison switch
        {
            Comparison.Less => order < 0,
            Comparison.LessOrEqual => order <= 0,
            Comparison.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.String => PayloadText.Of(value),
        _ => "",
    };
}
