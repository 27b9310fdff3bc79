using System.Globalization;
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
            _ => value is { } found && Number(found) is { } left && condition.AnyOf.Any(wanted => Number(wanted) is { } right && Compare(condition.Comparison, left, right)),
        };
    }

    private static bool AreEqual(JsonElement value, JsonElement wanted)
    {
        // A list in the payload holds what is wanted where one of its items does.
        if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Array && AreEqual(item, wanted));
        if (wanted.ValueKind == JsonValueKind.String)
            return Wildcard.IsMatch(wanted.GetString(), value.ValueKind == JsonValueKind.String ? PayloadText.Of(value) : value.GetRawText());
        if (value.ValueKind == JsonValueKind.Number && wanted.ValueKind == JsonValueKind.Number) return Number(value) == Number(wanted);
        // Form fields and headers are text: 5 in the file is also "5" in the payload.
        if (value.ValueKind == JsonValueKind.String) return PayloadText.Of(value) == wanted.GetRawText();
        return value.ValueKind == wanted.ValueKind && value.GetRawText() == wanted.GetRawText();
    }

    private static bool Compare(Comparison comparison, decimal left, decimal right) => comparison switch
    {
        Comparison.Less => left < right,
        Comparison.LessOrEqual => left <= right,
        Comparison.Greater => left > right,
        _ => left >= right,
    };

    private static decimal? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDecimal(out var number) ? number : null,
        JsonValueKind.String => decimal.TryParse(PayloadText.Of(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => null,
    };
}
