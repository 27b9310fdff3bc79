using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch.Entries;

/// <summary>The fingerprints by which a file that has changed is told from one that was only looked at.</summary>
internal sealed class FileMarks(EntryTable table, EntryPaths paths, ForeignPlaces places)
{
    /// <summary>How far file times lag behind the clock.</summary>
    public static readonly TimeSpan ClockGrain = TimeSpan.FromMilliseconds(20);

    /// <summary>Files that were never reported have no fingerprint: what changed after this moment has changed.</summary>
    public DateTimeOffset InSync { get; private set; }

    /// <summary>From this moment on changes count.</summary>
    public void Begin(DateTimeOffset now) => InSync = now;

    /// <summary>A link that is a root stands for the file that it leads to.</summary>
    public bool TryGet(int entry, out FileStatusMark mark) =>
        paths.TryMark(entry, follow: table.Is(entry, EntryFlags.Follows) && !places.IsClosed(entry), out mark);

    /// <summary>What was written counts even if its times were set back; what was only opened, or got other permissions or names, does
    /// not.</summary>
    public bool IsSame(ulong former, ulong fingerprint, in FileStatusMark mark, bool written)
    {
        // File times lag behind the clock, never the other way round: what was written just before the start is older than it.
        if (former == 0) return !written && mark.Modified < InSync;
        return written ? former == fingerprint : FileStatusMark.SameContent(former, fingerprint);
    }

    /// <summary>The fingerprint of a file, as far as its filesystem keeps it.</summary>
    public ulong Fingerprint(int entry, in FileStatusMark mark) =>
        mark.Fingerprint(inodes: !table.Is(table[entry].Parent, EntryFlags.Renumbering));
}
