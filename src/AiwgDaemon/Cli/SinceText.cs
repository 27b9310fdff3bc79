using System.Globalization;

namespace AiwgDaemon.Cli;

/// <summary>A point in the past as a person writes it: ISO 8601 (local where no offset is given), or a distance such as <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>. Pure.</summary>
internal static class SinceText
{
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset instant)
    {
        instant = now;
        if (text.Length == 0) return false;
        var unit = text[^1] switch { 's' => 1d, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (unit == 0)
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out instant);
        if (!double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)) return false;
        if (count * unit > TimeSpan.FromDays(36500).TotalSeconds) return false;
        instant = now - TimeSpan.FromSeconds(count * unit);
        return true;
    }
}
