using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Listing;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>If there is no inotify, the system's hints say which directory to compare with the disk.</summary>
internal sealed class HintEvents(
    EntryTable table, CurrentPlan plan, WatchFilter filter, ExcludeFiles excludeFiles, ChangedIgnoreFiles ignoreFiles,
    ChangeFolding folding, Reconciler reconciler, DeferredWork deferred, PortableWatcher? portable)
{
    private readonly HashSet<int> _hinted = [];

    /// <summary>Takes what the portable watcher has noted.</summary>
    public void Take()
    {
        if (portable is null) return;
        var hints = portable.Take(out var lost);
        // All are covered by the comparison that follows.
        if (lost) deferred.HasOverflowed = true;
        _hinted.Clear();
        foreach (var hint in hints) Take(NativePath.ToBytes(OperatingSystem.IsWindows() ? hint.Replace('\\', '/') : hint));
    }

    private void Take(byte[] path)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        if (slash < 0) return;
        var name = path.AsSpan(slash + 1);
        excludeFiles.Take(path, ignoreFiles.Excludes);
        ignoreFiles.NoteExcludes();
        var directory = NearestKnown(path.AsSpan(0, slash));
        if (directory == 0) return;
        if (plan.Value.Options.GitIgnore && (name.SequenceEqual(".gitignore"u8) || name.SequenceEqual(".git"u8)))
            ignoreFiles.Note(directory);
        if (table[directory].Cover == 0) deferred.IsUnsettled = true;
        else if (_hinted.Add(directory)) reconciler.Scan(directory, ScanMode.Report, recursive: false);
        // A change that waits already waits for quiet anew.
        if (table.Find(directory, name) is not 0 and var entry && table[entry].Pending != 0) folding.Touch(entry, before: true);
    }

    // If a step is not known yet, the directory that has it is compared; 0 if the step is not wanted.
    private int NearestKnown(ReadOnlySpan<byte> path)
    {
        var at = EntryTable.Root;
        while (!path.IsEmpty)
        {
            var slash = path.IndexOf((byte)'/');
            var name = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (name.IsEmpty) continue;
            var next = table.Find(at, name);
            if (next == 0)
            {
                filter.Prepare(at);
                return filter.ChildCover(at, 0, name) == 0 ? 0 : at;
            }
            if (!table.Is(next, EntryFlags.Exists | EntryFlags.Directory)) return at;
            at = next;
        }
        return at;
    }
}
