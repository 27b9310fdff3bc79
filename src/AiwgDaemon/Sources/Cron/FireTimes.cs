using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Sources.Cron;

/// <summary>When an expression fires, as people read it.</summary>
internal static class FireTimes
{
    /// <summary>The next instants, each later than the one before.</summary>
    public static IEnumerable<DateTimeOffset> After(DateTimeOffset start, CronExpression cron, Zone zone, int count)
    {
        for (var next = cron.Next(start, zone); count-- > 0 && next is { } fire; next = cron.Next(fire, zone)) yield return fire;
    }

    /// <summary>ISO 8601 with the zone's offset. .NET has no offsets of seconds or of more than 14 hours; a zone may.</summary>
    public static string Iso(DateTimeOffset instant, Zone zone)
    {
        var offset = zone.At(instant.UtcTicks).Offset;
        var shown = new DateTime(Math.Clamp(instant.UtcTicks + offset, 0, DateTime.MaxValue.Ticks));
        var (sign, beyond) = (offset < 0 ? '-' : '+', TimeSpan.FromTicks(Math.Abs(offset)));
        var seconds = beyond.Seconds == 0 ? "" : $":{beyond.Seconds:00}";
        return $"{shown:yyyy-MM-ddTHH:mm:ss}{sign}{(int)beyond.TotalHours:00}:{beyond.Minutes:00}{seconds}";
    }
}
