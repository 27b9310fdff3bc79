using System.Globalization;
using System.Text;

namespace AiwgDaemon.Cli;

/// <summary>The wording that all screens share: times, durations, counts, and text that is safe on a terminal. Pure.</summary>
internal static class ConsoleText
{
    /// <summary><c>3 s ago</c>, <c>in 12 min</c>; or the instant in ISO 8601 UTC if that was asked for.</summary>
    public static string When(DateTimeOffset instant, DateTimeOffset now, bool utc)
    {
        if (utc) return Iso(instant);
        var distance = instant - now;
        if (distance.Duration() < TimeSpan.FromSeconds(1)) return "just now";
        return distance > TimeSpan.Zero ? $"in {Duration(distance)}" : $"{Duration(-distance)} ago";
    }

    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    public static string Iso(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>At most two units: <c>850 ms</c>, <c>12 s</c>, <c>3 min 20 s</c>, <c>5 h 2 min</c>, <c>3 d 4 h</c>.</summary>
    public static string Duration(TimeSpan span)
    {
        if (span < TimeSpan.Zero) span = TimeSpan.Zero;
        if (span.TotalMilliseconds < 999.5) return $"{span.TotalMilliseconds:F0} ms";
        if (span.TotalSeconds < 9.95) return $"{span.TotalSeconds:0.#} s";
        var seconds = (long)Math.Round(span.TotalSeconds);
        if (seconds < 60) return $"{seconds} s";
        if (seconds < 3600) return Pair(seconds / 60, "min", seconds % 60, "s");
        if (seconds < 86400) return Pair(seconds / 3600, "h", seconds % 3600 / 60, "min");
        return Pair(seconds / 86400, "d", seconds % 86400 / 3600, "h");
    }

    /// <summary><c>1 event</c>, <c>1,234 events</c>.</summary>
    public static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    /// <summary>Text from files and the outside on one line: control characters are shown as escapes, never obeyed.</summary>
    public static string Printable(string text)
    {
        var bad = 0;
        while (bad < text.Length && IsPlain(text[bad])) bad++;
        if (bad == text.Length) return text;
        var result = new StringBuilder(text.Length + 16).Append(text, 0, bad);
        for (var i = bad; i < text.Length; i++)
        {
            var c = text[i];
            if (IsPlain(c)) result.Append(c);
            else if (char.IsSurrogatePair(text, i)) result.Append(c).Append(text[++i]);
            else if (c == '\n') result.Append("\\n");
            else if (c == '\t') result.Append("\\t");
            else if (c == '\r') result.Append("\\r");
            // A byte of a file's name that is no text, as NativePath keeps it.
            else if (c is >= '\udc80' and <= '\udcff')
                result.Append("\\x").Append((c - 0xdc00).ToString("x2", CultureInfo.InvariantCulture));
            else if (c < 0x100)
                result.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            else
                result.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }
        return result.ToString();
    }

    // Marks that change the direction of text, line separators and what is invisible are as able to forge a screen as control
    // characters. The two joiners stay: names in Persian, Indic scripts and emoji need them.
    private static bool IsPlain(char c) => c < 0x7f
        ? c >= ' '
        : c is '\u200c' or '\u200d' || char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string Pair(long first, string firstUnit, long second, string secondUnit) =>
        second == 0 ? $"{first} {firstUnit}" : $"{first} {firstUnit} {second} {secondUnit}";
}
