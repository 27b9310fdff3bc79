using System.Globalization;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Cli;

/// <summary>
/// A point in the past as a person writes it: ISO 8601 (a time of the local zone if no offset is given), a time of today such as
/// <c>09:30</c>,
/// or a distance such as <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>. Pure.
/// </summary>
internal static class SinceText
{
    public static bool TryParse(string text, DateTimeOffset now, Zone local, out DateTimeOffset instant)
    {
        instant = now;
        if (text.Length == 0) return false;
        var unit = text[^1] switch { 's' => 1d, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (unit == 0)
        {
            var today = new DateTime(Math.Clamp(now.UtcTicks + local.At(now.UtcTicks).Offset, 0, DateTime.MaxValue.Ticks));
            return InstantText.TryParse(text.Contains('-') ? text : $"{today:yyyy-MM-dd}T{text}", local, out instant);
        }
        if (!double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return false;
        if (count * unit > TimeSpan.FromDays(36500).TotalSeconds)
            return false;
        instant = now - TimeSpan.FromSeconds(count * unit);
        return true;
    }
}
