using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Listing;

/// <summary>Compares files that a listing has found with what is known of them.</summary>
/// <param name="table">The trees.</param>
/// <param name="marks">The fingerprints.</param>
/// <param name="folding">Is told of what differs.</param>
/// <param name="eventless">True if there is no inotify: only listings tell what changed.</param>
internal sealed class FileComparison(EntryTable table, FileMarks marks, ChangeFolding folding, bool eventless)
{
    /// <summary>True if files in the directory need a fingerprint from the beginning; elsewhere events tell what changed.</summary>
    public bool NeedsMarks(int directory) => eventless || table.Is(directory, EntryFlags.Polled);

    /// <summary>A file that was found for the first time, but need not be new.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="mark">What the disk says of it.</param>
    /// <param name="until">If it changed at or after this moment, it has come since, and is reported.</param>
    public void TakeAsKnown(int entry, in FileStatusMark mark, DateTimeOffset until)
    {
        if (mark.Changed >= until) folding.Appear(entry, before: false);
        else table[entry].Mark = marks.Fingerprint(entry, mark);
    }

    /// <summary>Reports a known file if it has changed.</summary>
    public void Compare(int entry)
    {
        if (!marks.TryGet(entry, out var mark)) return;
        ref var e = ref table[entry];
        var fingerprint = marks.Fingerprint(entry, mark);
        if (!marks.IsSame(e.Mark, fingerprint, mark, written: false)) folding.Touch(entry, before: true, written: false);
        // A file without a mark that is as young as this: the event of a write may be on its way, and would find nothing new.
        else if (e.Mark != 0 || NeedsMarks(e.Parent) || mark.Changed < marks.InSync - FileMarks.ClockGrain) e.Mark = fingerprint;
    }
}
