using System.Buffers;
using System.Globalization;

namespace AiwgDaemon.Config;

/// <summary>
/// What somebody means who writes a number as text: <c>"30"</c>, <c>2s</c>, <c>1h30m</c>. A unit is converted into the one
/// that the key's name ends with; null if it is none of that kind.
/// </summary>
internal static class MeantNumber
{
    private const int LongestText = 40;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    // Per unit: how many of the smallest one (milliseconds, bytes) it is.
    private static readonly Dictionary<string, double> Times = new(StringComparer.Ordinal)
    {
        ["ms"] = 1, ["milliseconds"] = 1, ["millisecond"] = 1, ["msec"] = 1,
        ["s"] = 1000, ["sec"] = 1000, ["secs"] = 1000, ["second"] = 1000, ["seconds"] = 1000,
        ["m"] = 60_000, ["min"] = 60_000, ["mins"] = 60_000, ["minute"] = 60_000, ["minutes"] = 60_000,
        ["h"] = 3_600_000, ["hr"] = 3_600_000, ["hour"] = 3_600_000, ["hours"] = 3_600_000,
        ["d"] = 86_400_000, ["day"] = 86_400_000, ["days"] = 86_400_000,
        ["w"] = 604_800_000, ["week"] = 604_800_000, ["weeks"] = 604_800_000,
    };

    private static readonly Dictionary<string, double> Sizes = new(StringComparer.Ordinal)
    {
        ["b"] = 1, ["byte"] = 1, ["bytes"] = 1,
        ["k"] = 1024, ["kb"] = 1024, ["kib"] = 1024,
        ["m"] = 1 << 20, ["mb"] = 1 << 20, ["mib"] = 1 << 20,
        ["g"] = 1 << 30, ["gb"] = 1 << 30, ["gib"] = 1 << 30,
    };

    /// <param name="text">As written.</param>
    /// <param name="path">Of the key; its last word may be a unit.</param>
    public static double? Of(string text, string path)
    {
        if (text.Length > LongestText) return null;
        var rest = text.AsSpan().Trim();
        if (!TryTake(ref rest, out var value, out var unit)) return null;
        var word = path[(path.LastIndexOfAny(['_', '.']) + 1)..];
        var units =
            path.EndsWith("_per_minute", StringComparison.Ordinal) ? null
            : Times.ContainsKey(word) ? Times
            : Sizes.ContainsKey(word) ? Sizes
            : null;
        // 50% or 3 files: the number without the word.
        if (units is null || (unit.Length == 0 && rest.Length == 0)) return rest.Length == 0 ? value : null;
        var sum = 0d;
        do
        {
            if (!units.TryGetValue(unit, out var factor)) return null;
            sum += value * factor;
        }
        while (rest.Length > 0 && TryTake(ref rest, out value, out unit));
        return rest.Length == 0 ? Math.Round(sum / units[word], 6) : null;
    }

    /// <summary>A number and the word after it.</summary>
    private static bool TryTake(ref ReadOnlySpan<char> text, out double value, out string unit)
    {
        var digits = text.IndexOfAnyExcept(Digits);
        var number = digits < 0 ? text : text[..digits];
        unit = "";
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)) return false;
        text = text[number.Length..].TrimStart();
        var length = 0;
        while (length < text.Length && (char.IsLetter(text[length]) || text[length] == '%')) length++;
        unit = text[..length].ToString().ToLowerInvariant();
        text = text[length..].TrimStart();
        return true;
    }
}
