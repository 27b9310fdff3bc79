using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Listing;

/// <summary>
/// The one listing that serves start, new directories, overflow, polling, reload and changed gitignore files. It compares what is in a
/// directory with what is known; whether the difference is reported is the caller's choice.
/// </summary>
internal sealed class DirectoryScanner(
    EntryTable table, EntryPaths paths, CurrentPlan plan, DirectoryWatches watches, UnreadableDirectories unreadable, WatchFilter filter,
    GitIgnoreLevels levels, ChangedIgnoreFiles ignoreFiles, EntryExaminer examiner, Subtrees subtrees, WorkProgress progress,
    bool eventless) : IDisposable
{
    private readonly DirectoryReader _reader = new();

    /// <summary>Lists one directory.</summary>
    public void Scan(int directory, ScanMode mode, bool recursive)
    {
        if (!table.Is(directory, EntryFlags.Exists | EntryFlags.Directory)) return;
        progress.Advance();
        // The watch first: what comes after it is told by an event, what was before it is listed.
        watches.Arm(directory, wide: true);
        var length = paths.Write(directory);
        var errno = length < 0 ? Libc.ENAMETOOLONG : _reader.Read(paths.System(length), follow: table.Is(directory, EntryFlags.Pinned));
        if (errno != 0)
        {
            Unlistable(directory, errno, mode);
            return;
        }
        var known = table.Is(directory, EntryFlags.Listed);
        table[directory].Flags |= EntryFlags.Listed;
        unreadable.Remove(directory);
        if (plan.Value.Options.GitIgnore) LoadLevel(directory, known && mode != ScanMode.Known);
        filter.Prepare(directory);
        var position = 0;
        while (_reader.TryGetNext(ref position, out var name, out var kind)) examiner.Examine(directory, name, kind, mode, recursive);
        if (known) Sweep(directory, mode);
        else ClearSeen(directory);
    }

    public void Dispose() => _reader.Dispose();

    private void Sweep(int directory, ScanMode mode)
    {
        for (int child = table[directory].FirstChild, next; child != 0; child = next)
        {
            next = table[child].Next;
            ref var e = ref table[child];
            var seen = (e.Flags & EntryFlags.Seen) != 0;
            e.Flags &= ~EntryFlags.Seen;
            if (!seen && mode != ScanMode.Known && (e.Flags & EntryFlags.Exists) != 0) subtrees.Lose(child);
        }
    }

    private void ClearSeen(int directory)
    {
        for (var child = table[directory].FirstChild; child != 0; child = table[child].Next) table[child].Flags &= ~EntryFlags.Seen;
    }

    private void LoadLevel(int directory, bool known)
    {
        var position = 0;
        bool file = false, top = false;
        while (_reader.TryGetNext(ref position, out var name, out _))
        {
            if (name.Length > 10 || name[0] != '.') continue;
            file |= name.SequenceEqual(".gitignore"u8);
            top |= name.SequenceEqual(".git"u8);
        }
        if (!file && !top && !levels.Has(directory)) return;
        if (known)
        {
            ignoreFiles.NoteIfDifferent(directory, file, top);
            return;
        }
        levels.Load(directory, paths.Text(directory), file, top);
        filter.Forget();
    }

    private void Unlistable(int directory, int errno, ScanMode mode)
    {
        if (!EntryPaths.IsGone(errno)) unreadable.Add(directory, errno);
        // Gone already; the event of its parent is on its way, but a parent that is polled has none.
        else if (mode != ScanMode.Known && (eventless || table.Is(directory, EntryFlags.Polled))) subtrees.Lose(directory);
    }
}
