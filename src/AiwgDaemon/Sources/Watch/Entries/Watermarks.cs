namespace AiwgDaemon.Sources.Watch.Entries;

/// <summary>Up to which moments all changes have been taken in: what a listing finds that is younger has come since.</summary>
/// <param name="table">The trees.</param>
/// <param name="hinted">True if the system's own watchers tell of changes instead of inotify.</param>
internal sealed class Watermarks(EntryTable table, bool hinted)
{
    // What the system's own watchers tell comes that late.
    private static readonly TimeSpan HintDelay = TimeSpan.FromSeconds(2);

    private DateTimeOffset _events = DateTimeOffset.MaxValue;
    private DateTimeOffset _polls = DateTimeOffset.MaxValue;

    /// <summary>Everything was told up to this moment before the trees were taken as known under another plan.</summary>
    public DateTimeOffset Reloaded { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>Files that are found while changed ignore rules are applied have come into being since, if they changed at or after this
    /// moment.</summary>
    public DateTimeOffset RulesChanged { get; set; }

    /// <summary>From this moment on changes are told.</summary>
    public void Begin(DateTimeOffset now) => _events = _polls = now;

    /// <summary>All events up to this moment have been taken.</summary>
    public void EventsTaken(DateTimeOffset until) => _events = until;

    /// <summary>All polled directories have been listed since this moment.</summary>
    public void PolledAll(DateTimeOffset from) => _polls = from;

    /// <summary>Up to this moment nothing had changed in a directory that was not told.</summary>
    public DateTimeOffset Of(int directory) =>
        table.Is(directory, EntryFlags.Polled)
            ? _polls - FileMarks.ClockGrain
            : _events - (hinted ? HintDelay : FileMarks.ClockGrain);

    /// <summary>The mark of a directory that has just been found in another one: it came after this moment, in ticks.</summary>
    public ulong MarkOfNewIn(int directory) => (ulong)Of(directory).UtcTicks;
}
