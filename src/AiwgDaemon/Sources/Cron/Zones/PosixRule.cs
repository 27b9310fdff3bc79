namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>
/// What a value of TZ says for ever, as in POSIX and in the last line of a TZif file (RFC 9636, 3.3.1): one offset, or two and the days of
/// the year on which the clock goes from one to the other. Offsets are ticks east of Greenwich.
/// </summary>
/// <param name="Standard">Offset of standard time.</param>
/// <param name="Summer">Offset of daylight saving time; the same if there is none.</param>
/// <param name="Start">When it begins, by the clock of standard time.</param>
/// <param name="End">When it ends, by its own clock.</param>
internal sealed record PosixRule(long Standard, long Summer, RuleDate Start, RuleDate End)
{
    private const int Around = 6;

    public bool HasSummer => Standard != Summer;

    /// <summary>The stretch that an instant is in; allocates nothing.</summary>
    public ZoneSpan At(long instant)
    {
        if (!HasSummer) return new(long.MinValue, long.MaxValue, Standard);
        Span<ZoneChange> changes = stackalloc ZoneChange[Around];
        var count = Fill(changes, YearOf(instant));
        // Before the first change of the window the clock shows the other of the two.
        var span = new ZoneSpan(long.MinValue, long.MaxValue, changes[0].Offset == Standard ? Summer : Standard);
        for (var i = 0; i < count; i++)
        {
            if (i + 1 < count && changes[i + 1].At == changes[i].At) continue;
            if (changes[i].Offset == span.Offset) continue;
            if (changes[i].At > instant) return span with { To = changes[i].At };
            span = new(changes[i].At, long.MaxValue, changes[i].Offset);
        }
        return span;
    }

    /// <summary>All changes later than an instant, to the end of a year; two that meet cancel each other.</summary>
    public IEnumerable<ZoneChange> Changes(long after, int lastYear)
    {
        for (var year = Math.Max(YearOf(after) - 1, 1900); HasSummer && year <= lastYear; year++)
        {
            ZoneChange start = new(Start.At(year) - Standard, Summer), end = new(End.At(year) - Summer, Standard);
            var (first, second) = start.At < end.At ? (start, end) : (end, start);
            if (first.At > after) yield return first;
            if (second.At > after) yield return second;
        }
    }

    private int Fill(Span<ZoneChange> changes, int year)
    {
        var count = 0;
        for (var y = Math.Max(year - 1, 1); y <= Math.Min(year + 1, 9999); y++)
        {
            changes[count++] = new(End.At(y) - Summer, Standard);
            changes[count++] = new(Start.At(y) - Standard, Summer);
        }
        // Insertion keeps an end before a start at the same instant: summer time that never ends is written so.
        for (var i = 1; i < count; i++)
            for (var j = i; j > 0 && changes[j].At < changes[j - 1].At; j--)
                (changes[j], changes[j - 1]) = (changes[j - 1], changes[j]);
        return count;
    }

    private static int YearOf(long instant) => new DateTime(Math.Clamp(instant, 0, DateTime.MaxValue.Ticks)).Year;
}
