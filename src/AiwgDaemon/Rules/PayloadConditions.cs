using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>Whether a payload is as <c>match:</c> asks. Pure; a value that is not there equals nothing and compares with nothing.</summary>
internal static class PayloadConditions
{
    public static bool Holds(PayloadCondition condition, JsonElement payload)
    {
        var value = TemplateValues.Find(payload, [.. condition.Path]);
        return condition.Comparison switch
        {
            Comparison.Equal => value is { } found && condition.AnyOf.Any(wanted => AreEqual(found, wanted)),
            Comparison.NotEqual => value is not { } found || !condition.AnyOf.Any(wanted => AreEqual(found, wanted)),
            _ => value is { } found && condition.AnyOf.Any(wanted => Compares(found, wanted, condition.Comparison)),
        };
    }

    private static bool AreEqual(JsonElement value, JsonElement wanted)
    {
        // A list in the payload holds what is wanted where one of its items does.
        if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Array && AreEqual(item, wanted));
        if (wanted.ValueKind == JsonValueKind.String)
            return Wildcard.IsMatch(wanted.GetString(), value.ValueKind == JsonValueKind.String ? PayloadText.Of(value) : value.GetRawText());
        // Form fields and headers are text: 5 in the file is also "5" in the payload.
        if (wanted.ValueKind == JsonValueKind.Number && value.ValueKind is JsonValueKind.Number or JsonValueKind.String) return IsNumber(value, wanted);
        if (value.ValueKind == JsonValueKind.String) return PayloadText.Of(value) == wanted.GetRawText();
        return value.ValueKind == wanted.ValueKind && value.GetRawText() == wanted.GetRawText();
    }

    private static bool IsNumber(JsonElement value, JsonElement wanted)
    {
        var text = Text(value);
        if (text == wanted.GetRawText()) return true;
        // 05 and +5 as text are something else than the number 5, for instance a post code.
        if (value.ValueKind == JsonValueKind.String && !IsPlainNumber(text)) return false;
        return DecimalText.TryParse(text, out var left) && DecimalText.TryParse(wanted.GetRawText(), out var right) && DecimalText.Compare(left, right) == 0;
    }

    private static bool IsPlainNumber(string text) =>
        (text is ['-', ..] ? text.AsSpan(1) : text) is [>= '0' and <= '9', ..] digits && char.IsAsciiDigit(text[^1]) && !(digits is ['0', >= '0' and <= '9', ..]);

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
