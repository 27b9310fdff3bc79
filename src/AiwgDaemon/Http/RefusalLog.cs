using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Http;

/// <summary>
/// Counts refusals by reason, and allows one line for each reason in ten seconds: whatever comes, the log tells all kinds of it and how
/// many were left out. Thread-safe.
/// </summary>
/// <param name="what">What is refused, for the line with the number.</param>
internal sealed class RefusalLog(string what, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public IReadOnlyList<(string Reason, long Count)> Counts
    {
        get { lock (_gate) return [.. _entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, e.Value.Count))]; }
    }

    /// <summary>Counts one; true if it may have its line.</summary>
    public bool Count(string reason)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(reason, out var entry)) _entries.Add(reason, entry = new Entry());
            entry.Count++;
            if (entry.Silence is not null)
            {
                entry.LeftOut++;
                return false;
            }
            entry.Silence = time.CreateTimer(_ => EndSilence(reason, entry), null, Interval, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    private void EndSilence(string reason, Entry entry)
    {
        long leftOut;
        lock (_gate)
        {
            entry.Silence?.Dispose();
            (entry.Silence, leftOut, entry.LeftOut) = (null, entry.LeftOut, 0);
        }
        // Not here: a log line is a write to the disk, and this is the thread of all timers.
        if (leftOut > 0)
            ThreadPool.UnsafeQueueUserWorkItem(_ => HttpLog.LeftOut(logger, leftOut, what, reason, Interval.TotalSeconds), null);
    }

    private sealed class Entry
    {
        public long Count { get; set; }

        public long LeftOut { get; set; }

        /// <summary>There while no line is written for this reason.</summary>
        public ITimer? Silence { get; set; }
    }
}
