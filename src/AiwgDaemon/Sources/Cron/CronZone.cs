namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Where an expression meets a zone. The only thing asked of the zone is its offset at an instant of UTC: whether a local
/// time is invalid or ambiguous is answered wrongly by .NET for some gaps (Asia/Amman 2019-03-29), the offset is not.
/// A wall clock may jump; a fixed time fires when the clock first shows or passes it, a time that follows real time
/// whenever the clock shows it. Jumps are at least 26 hours apart (a test looks at
/// zones of all kinds from 1900 to 2100), and an offset changes by less than 26 hours.
/// All quantities are ticks.
/// </summary>
internal static class CronZone
{
    private const long Reach = 26 * TimeSpan.TicksPerHour;
    private const long Probe = TimeSpan.TicksPerHour;

    /// <summary>The first fire after the instant and the zone's offset there; -1 where there is none.</summary>
    public static long Next(CronExpression cron, long after, TimeZoneInfo zone, out long offset)
    {
        offset = OffsetAt(zone, after);
        var local = cron.NextLocal(Clamp(after + offset));
        if (local < 0) return -1;
        var next = local - offset;
        if (next > after && next <= DateTime.MaxValue.Ticks)
        {
            var offsetThere = OffsetAt(zone, next);
            if (offsetThere == offset && cron.FollowsRealTime && next - after < Reach / 2) return next;
            if (offsetThere != offset)
            {
                next = Clamp(local - offsetThere);
                if (OffsetAt(zone, next) != offsetThere) next = -1;
            }
            // With no step back just before the fire (nor soon after the start) the clock shows the time there first.
            if (next > after && OffsetAt(zone, next - Reach) <= offsetThere
                && (!cron.FollowsRealTime || OffsetAt(zone, after + Reach) >= offset))
            {
                offset = offsetThere;
                return next;
            }
        }
        next = cron.FollowsRealTime ? NextShown(cron, after, zone) : NextPassed(cron, after, zone);
        if (next >= 0) offset = OffsetAt(zone, next);
        return next;
    }

    /// <summary>What the clock shows at a whole minute; false where it was put forward or back so shortly before that this does not decide.</summary>
    public static bool TryLocalTime(long minute, TimeZoneInfo zone, out long local)
    {
        local = minute;
        if (ReferenceEquals(zone, TimeZoneInfo.Utc)) return true;
        var offset = OffsetAt(zone, minute);
        local += offset;
        return offset % TimeSpan.TicksPerMinute == 0 && local == Clamp(local) && minute >= Reach && OffsetAt(zone, minute - Reach) == offset;
    }

    private static long NextShown(CronExpression cron, long after, TimeZoneInfo zone)
    {
        var at = after;
        var exclusive = 0L;
        while (true)
        {
            var offset = OffsetAt(zone, at);
            var local = cron.NextLocal(Clamp(at + offset - exclusive));
            var next = local - offset;
            if (local < 0 || next > DateTime.MaxValue.Ticks) return -1;
            // From the second round on the minute that begins at the jump itself counts.
            exclusive = 1;
            var jump = NextJump(zone, at, Math.Min(next, at + Reach));
            if (jump >= 0) at = jump;
            else if (next <= at + Reach) return next;
            else at = Math.Max(at + Reach, next - (2 * Reach));
        }
    }

    private static long NextPassed(CronExpression cron, long after, TimeZoneInfo zone)
    {
        // The latest local time that the clock has shown so far: it may have stepped back since.
        var shown = after + OffsetAt(zone, after);
        for (var jump = NextJump(zone, after - Reach, after); jump >= 0; jump = NextJump(zone, jump, after))
            shown = Math.Max(shown, jump - 1 + OffsetAt(zone, jump - 1));
        var local = cron.NextLocal(Clamp(shown));
        if (local < 0) return -1;
        var at = Math.Max(after, local - Reach);
        while (true)
        {
            var next = local - OffsetAt(zone, at);
            var jump = NextJump(zone, at, Math.Max(next, at));
            if (jump < 0) return next <= DateTime.MaxValue.Ticks ? next : -1;
            if (jump + OffsetAt(zone, jump) >= local) return jump;
            at = jump;
        }
    }

    /// <summary>The first instant after <paramref name="from"/>, up to <paramref name="to"/>, at which the offset differs from the one before; -1 where there is none.</summary>
    private static long NextJump(TimeZoneInfo zone, long from, long to)
    {
        from = Clamp(from);
        to = Clamp(to);
        var offset = OffsetAt(zone, from);
        for (var low = from; low < to;)
        {
            var high = Math.Min(low + Probe, to);
            if (OffsetAt(zone, high) == offset)
            {
                low = high;
                continue;
            }
            while (high - low > 1)
            {
                var middle = low + ((high - low) / 2);
                if (OffsetAt(zone, middle) == offset) low = middle;
                else high = middle;
            }
            return high;
        }
        return -1;
    }

    private static long OffsetAt(TimeZoneInfo zone, long instant) =>
        zone.GetUtcOffset(new DateTime(Clamp(instant), DateTimeKind.Utc)).Ticks;

    private static long Clamp(long ticks) => Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks);
}
