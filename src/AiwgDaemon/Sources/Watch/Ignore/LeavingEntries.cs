using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>
/// Files and directories that changed rules ignore, though they were known. Until the burst of changes that brought the rules is over,
/// their end is still told, for a checkout that ignores a directory may take it away too. Only the topmost ones are listed. Times are
/// timestamps.
/// </summary>
/// <param name="table">The trees.</param>
/// <param name="debouncer">Its quiet time is the least that a burst is given.</param>
/// <param name="polled">Listings come seconds apart, so that a burst takes longer if there are any.</param>
/// <param name="time">The clock of the timestamps.</param>
/// <param name="hinted">True if the system's own watchers tell of changes instead of inotify.</param>
internal sealed class LeavingEntries(EntryTable table, Debouncer debouncer, PolledDirectories polled, TimeProvider time, bool hinted)
{
    /// <summary>How long a burst may take at most.</summary>
    public static readonly TimeSpan LongestBurst = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PolledGrace = TimeSpan.FromSeconds(5);

    private readonly HashSet<int> _tops = [];
    private long _latest;

    /// <summary>When they are to be let go; <see cref="long.MaxValue"/> if there are none.</summary>
    public long Due { get; private set; } = long.MaxValue;

    private long Grace => Math.Max(debouncer.Quiet * 2, InTimestamps(hinted || polled.Count > 0 ? PolledGrace : LeastGrace));

    /// <summary>It is still there and was known, but the rules are against it now.</summary>
    public void Add(int top)
    {
        if (table.Is(top, EntryFlags.Leaving)) return;
        Mark(top);
        _tops.Add(top);
        Prolong(time.GetTimestamp());
    }

    /// <summary>One of them has come to its end: the burst goes on.</summary>
    public void Prolong(long now)
    {
        if (_tops.Count == 0) return;
        _latest = now + InTimestamps(LongestBurst);
        Due = Math.Min(now + Grace, _latest);
    }

    /// <summary>Something else has changed, which may belong to the burst.</summary>
    public void Touch(long now)
    {
        if (_tops.Count > 0) Due = Math.Min(now + Grace, _latest);
    }

    public void Remove(int top)
    {
        if (_tops.Remove(top) && _tops.Count == 0) Due = long.MaxValue;
    }

    public int[] ToArray() => [.. _tops];

    private void Mark(int entry)
    {
        table[entry].Flags |= EntryFlags.Leaving;
        for (var child = table[entry].FirstChild; child != 0; child = table[child].Next) Mark(child);
    }

    private long InTimestamps(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
