using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Where an expression meets a zone. A wall clock may jump: a fixed time fires when the clock first shows or passes it, a time that follows
/// real time whenever the clock shows it. Jumps are at least 26 hours apart (a test looks at zones of all kinds from 1900 to 2100), and
/// an offset changes by less than 26 hours. With data that break this the answer is still later than the question.
/// All quantities are ticks.
/// </summary>
internal static class CronZone
{
    private const long Reach = 26 * TimeSpan.TicksPerHour;

    /// <summary>The first fire after the instant and the zone's offset there; -1 if there is none.</summary>
    public static long Next(CronExpression cron, long after, Zone zone, out long offset)
    {
        var span = zone.At(after);
        offset = span.Offset;
        var shown = after + offset;
        // A clock that was put back less than a day ago has shown later times before.
        if (after - Reach < span.From && !cron.FollowsRealTime) shown = Math.Max(shown, LatestShown(after, span, zone));
        var local = cron.NextLocal(Clamp(shown));
        if (local < 0) return -1;
        var next = local - offset;
        if (next < span.To)
            return next <= DateTime.MaxValue.Ticks ? next : -1;
        return cron.FollowsRealTime
            ? NextShown(cron, after, next, span, zone, out offset)
            : NextPassed(local, next, span, zone, out offset);
    }

    /// <summary>What the clock shows at a whole minute; false if it was put forward or back so shortly before that this does not
    /// decide.</summary>
    public static bool TryLocalTime(long minute, Zone zone, out long local)
    {
        var span = zone.At(minute);
        local = minute + span.Offset;
        return span.Offset % TimeSpan.TicksPerMinute == 0
            && local == Clamp(local)
            && (span.From == long.MinValue || minute - Reach >= span.From);
    }

    // From one stretch to the next: in each the clock goes on without a jump.
    private static long NextShown(CronExpression cron, long after, long next, ZoneSpan span, Zone zone, out long offset)
    {
        while (true)
        {
            // A day after the question no time is shown that was passed before it: what lies well before the fire need not be looked at.
            var at = span.To - Reach < after ? span.To : Math.Max(span.To, next - (2 * Reach));
            span = zone.At(at);
            offset = span.Offset;
            // The minute that begins at the jump itself counts.
            var local = cron.NextLocal(Clamp(at + offset - 1));
            next = local - offset;
            if (local < 0 || next > DateTime.MaxValue.Ticks) return -1;
            if (next < span.To) return next;
        }
    }

    private static long NextPassed(long local, long next, ZoneSpan span, Zone zone, out long offset)
    {
        while (true)
        {
            // No offset is so large that the clock could show it earlier.
            var at = Math.Max(span.To, next - (2 * Reach));
            span = zone.At(at);
            offset = span.Offset;
            next = Math.Max(at, local - offset);
            if (next > DateTime.MaxValue.Ticks) return -1;
            if (next < span.To) return next;
        }
    }

    private static long LatestShown(long after, ZoneSpan span, Zone zone)
    {
        var shown = long.MinValue;
        while (span.From != long.MinValue && span.From > after - Reach)
        {
            var jump = span.From;
            span = zone.At(jump - 1);
            shown = Math.Max(shown, jump - 1 + span.Offset);
        }
        return shown;
    }

    private static long Clamp(long ticks) => Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks);
}
