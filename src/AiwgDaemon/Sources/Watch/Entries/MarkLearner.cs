namespace AiwgDaemon.Sources.Watch.Entries;

/// <summary>
/// Looks at some of the files that were there at the start, so that a later change of their times or permissions alone can be told apart.
/// Only so many are looked at: a tree of millions would keep the disk busy for long.
/// </summary>
internal sealed class MarkLearner(EntryTable table, FileMarks marks)
{
    private const int Most = 20_000;
    private const int Slice = 256;

    private int _at = EntryTable.Root + 1;
    private int _learnt;

    /// <summary>Looks at the next few; true if there may be more.</summary>
    public bool Learn()
    {
        if (_learnt >= Most) return false;
        for (var examined = 0; _at < table.End && examined < Slice; _at++)
        {
            ref var e = ref table[_at];
            if (
                e.Parent == 0
                || (e.Flags & (EntryFlags.Exists | EntryFlags.Directory)) != EntryFlags.Exists
                || e.Mark != 0
                || e.Pending != 0
            )
                continue;
            examined++;
            _learnt++;
            // What has changed since the start may have an event on its way, which would find nothing new.
            if (marks.TryGet(_at, out var mark) && mark.Changed < marks.InSync - FileMarks.ClockGrain)
                e.Mark = marks.Fingerprint(_at, mark);
        }
        return _at < table.End && _learnt < Most;
    }
}
