using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Due: what leaves the debouncer. The file is looked at once more, for its fingerprint and so that a file that was only opened for
// writing, or is no regular file at all, is not reported.
internal sealed partial class WatchTree
{
    private static readonly TimeSpan ClockGrain = TimeSpan.FromMilliseconds(20);

    // A change is seen after it was made: at once where the kernel tells of it, at the next look where a file system is polled. A change
    // time
    // further away is another clock's, or of a file system that keeps none.
    private static readonly TimeSpan SeenLate = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SeenEarly = TimeSpan.FromMilliseconds(50);

    /// <summary>Moves changes that are due (with <paramref name="all"/>: all) into the list, up to a number.</summary>
    public void Collect(List<FileChange> changes, int most, bool all)
    {
        var now = _time.GetTimestamp();
        while (changes.Count < most && Debouncer.FindDue(now, all) is not 0 and var slot)
        {
            Advance();
            var entry = Debouncer[slot].Entry;
            if (Report(entry, in Debouncer[slot]) is { } change) changes.Add(change);
            RemovePending(entry);
            Forget(entry);
        }
    }

    private FileChange? Report(int entry, in PendingChange pending)
    {
        ref var e = ref _table[entry];
        var exists = (e.Flags & (EntryFlags.Exists | EntryFlags.Directory)) == EntryFlags.Exists;
        if (!exists && !pending.Before) return null;
        var changed = _time.GetUtcNow() - _time.GetElapsedTime(pending.Last);
        if (exists && TryMarkOfFile(entry, out var mark))
        {
            if (mark.Kind is FileKind.Regular or FileKind.Link)
            {
                // The kernel's change time is exact, and a program cannot set it: cp -a and touch -d set the modification time only.
                if (mark.Changed > changed - SeenLate && mark.Changed < changed + SeenEarly) changed = mark.Changed;
                if (!TakeMark(entry, mark, pending)) return null;
            }
            else
            {
                // A pipe, a socket or a device has the name: for a reader of files there is nothing.
                e.Flags &= ~EntryFlags.Exists;
                if (!pending.Before) return null;
                exists = false;
            }
        }
        var kind = !exists ? FileEvents.Delete : pending.Before ? FileEvents.Modify : FileEvents.Create;
        var root = Wanting(e.Parent, entry, _table.Name(entry), kind);
        if (root is null)
            return null;
        return new FileChange(
            kind,
            Relative(PathText(entry)),
            root.Path,
            Relative(pending.MovedFrom),
            Relative(MovedTo(entry, pending)),
            changed
        );
    }

    // Remembers the state that is reported now; false if it is the one that was reported last.
    private bool TakeMark(int entry, in FileStatusMark mark, in PendingChange pending)
    {
        ref var e = ref _table[entry];
        var (former, fingerprint) = (e.Mark, Fingerprint(entry, mark));
        // As young as the grain of the file times: the next write might leave the same fingerprint.
        e.Mark = DateTimeOffset.UtcNow - mark.Changed < ClockGrain ? 0 : fingerprint;
        return !pending.Before || !IsSame(former, fingerprint, mark, pending.Written);
    }

    // What was written counts even if its times were set back; what was only opened, or got other permissions or names, does not.
    private bool IsSame(ulong former, ulong fingerprint, in FileStatusMark mark, bool written)
    {
        // File times lag behind the clock, never the other way round: what was written just before the start is older than it.
        if (former == 0) return !written && mark.Modified < _inSync;
        return written ? former == fingerprint : FileStatusMark.SameContent(former, fingerprint);
    }

    private ulong Fingerprint(int entry, in FileStatusMark mark) =>
        mark.Fingerprint(inodes: !_table.Is(_table[entry].Parent, EntryFlags.Renumbering));

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(path))]
    private string? Relative(string? path) =>
        path is not null
        && path.Length > _plan.Project.Length + 1
        && path[_plan.Project.Length] == '/'
        && path.StartsWith(_plan.Project, StringComparison.Ordinal)
            ? path[(_plan.Project.Length + 1)..]
            : path;
}
