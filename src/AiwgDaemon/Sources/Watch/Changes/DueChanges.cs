using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>
/// What is reported of a change that is due. The file is looked at once more, for its fingerprint and so that a file that was only
/// opened for writing, or is no regular file at all, is not reported.
/// </summary>
internal sealed class DueChanges(
    EntryTable table,
    EntryPaths paths,
    FileMarks marks,
    MoveHalves moves,
    WatchFilter filter,
    TimeProvider time,
    CurrentPlan plan
)
{
    // A change is seen after it was made: at once if the kernel tells of it, at the next look if its filesystem is polled. A change time
    // further away is another clock's, or of a file system that keeps none.
    private static readonly TimeSpan SeenLate = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SeenEarly = TimeSpan.FromMilliseconds(50);

    /// <summary>The change to report of an entry, by what is there now; null if there is none.</summary>
    public FileChange? Make(int entry, in PendingChange pending)
    {
        ref var e = ref table[entry];
        var exists = (e.Flags & (EntryFlags.Exists | EntryFlags.Directory)) == EntryFlags.Exists;
        if (!exists && !pending.Before) return null;
        var changed = time.GetUtcNow() - time.GetElapsedTime(pending.Last);
        if (exists && marks.TryGet(entry, out var mark))
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
        var root = filter.Wanting(e.Parent, entry, table.Name(entry), kind);
        if (root is null)
            return null;
        return new FileChange(
            kind,
            Relative(paths.Text(entry)),
            root.Path,
            Relative(pending.MovedFrom),
            Relative(moves.MovedTo(entry, pending)),
            changed
        );
    }

    // Remembers the state that is reported now; false if it is the one that was reported last.
    private bool TakeMark(int entry, in FileStatusMark mark, in PendingChange pending)
    {
        ref var e = ref table[entry];
        var (former, fingerprint) = (e.Mark, marks.Fingerprint(entry, mark));
        // As young as the grain of the file times: the next write might leave the same fingerprint.
        e.Mark = DateTimeOffset.UtcNow - mark.Changed < FileMarks.ClockGrain ? 0 : fingerprint;
        return !pending.Before || !marks.IsSame(former, fingerprint, mark, pending.Written);
    }

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(path))]
    private string? Relative(string? path) =>
        path is not null
        && path.Length > plan.Value.Project.Length + 1
        && path[plan.Value.Project.Length] == '/'
        && path.StartsWith(plan.Value.Project, StringComparison.Ordinal)
            ? path[(plan.Value.Project.Length + 1)..]
            : path;
}
