using System.Text.Json;

namespace AiwgDaemon.Agents.Streams;

/// <summary>A JSON value of any shape: what is missing, or of another kind, is null and no error.</summary>
internal readonly struct JsonView(JsonElement? element)
{
    public JsonView this[string key] =>
        element is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(key, out var found) ? new(found) : new(null);

    public string? Text => element is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public bool IsTrue => element is { ValueKind: JsonValueKind.True };

    public bool Exists => element is { ValueKind: not JsonValueKind.Null and not JsonValueKind.Undefined };

    /// <summary>Null also for a number that is negative or no integer of 63 bits.</summary>
    public long? Count =>
        element is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number >= 0 ? number : null;

    /// <summary>In US dollars, without the noise of floating point; null also for a number that is negative or out of range.</summary>
    public decimal? Money =>
        element is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number) && number is >= 0 and < 1_000_000_000
            ? Math.Round(number, 9)
            : null;

    public IEnumerable<JsonView> Items =>
        element is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray().Select(item => new JsonView(item)) : [];
}
