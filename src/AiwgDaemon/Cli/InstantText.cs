using System.Globalization;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Cli;

/// <summary>
/// Reads a point in time as ISO 8601 writes it: a date, or a date and a time, with or without an offset. Nothing is guessed: 03/01/2027 is
/// another day for half of the readers, and 10:00 has no day.
/// </summary>
internal static class InstantText
{
    public const string Forms = "write for instance 2026-11-22, 2026-11-22T09:00, 2026-11-22T09:00:00Z or 2026-11-22T09:00:00+01:00";

    private const long Reach = 26 * TimeSpan.TicksPerHour;

    private static readonly string[] Times =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss",
    ];

    private static readonly string[] Offsets = ["zzz", "zz"];

    /// <summary>
    /// False if the text is none of these. Without an offset it is a time of the zone: of one that the clock shows twice the first is
    /// meant, of one that it skips the end of the gap, so that what comes right after the gap is later.
    /// </summary>
    public static bool TryParse(string text, Zone zone, out DateTimeOffset instant)
    {
        instant = default;
        text = text.Trim().Replace('t', 'T').Replace('z', 'Z');
        if (text.EndsWith('Z') && text.Length > "yyyy-MM-ddT".Length) text = text[..^1] + "+00:00";
        if (DateTime.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            instant = new DateTimeOffset(FirstShown(local.Ticks, zone), TimeSpan.Zero);
            return true;
        }
        return DateTimeOffset.TryParseExact(
            text,
            [.. Times.Skip(1).SelectMany(t => Offsets.Select(o => t + o))],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out instant
        );
    }

    private static long FirstShown(long local, Zone zone)
    {
        for (var span = zone.At(Math.Max(local - Reach, 0)); ; span = zone.At(span.To))
        {
            var at = local - span.Offset;
            if (at < span.From) return Math.Clamp(span.From - 1, 0, DateTime.MaxValue.Ticks);
            if (at < span.To) return Math.Clamp(at, 0, DateTime.MaxValue.Ticks);
        }
    }
}
