using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Portable: where there is no inotify, the system's hints say which directory to compare with the disk.
internal sealed partial class WatchTree
{
    private readonly HashSet<int> _hinted = [];

    /// <summary>Takes what the portable watcher has noted; <see cref="Finish"/> follows.</summary>
    public void TakeHints()
    {
        if (_portable is null) return;
        var hints = _portable.Take(out var lost);
        // All are covered by the comparison that follows.
        if (lost) _overflowed = true;
        _hinted.Clear();
        foreach (var hint in hints) TakeHint(NativePath.ToBytes(OperatingSystem.IsWindows() ? hint.Replace('\\', '/') : hint));
    }

    private void TakeHint(byte[] path)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        if (slash < 0) return;
        var name = path.AsSpan(slash + 1);
        _excludeFiles.Take(path, _changedExcludes);
        NoteChangedExcludes();
        var directory = NearestKnown(path.AsSpan(0, slash));
        if (directory == 0) return;
        if (_plan.Options.GitIgnore && (name.SequenceEqual(".gitignore"u8) || name.SequenceEqual(".git"u8))) NoteChangedRules(directory);
        if (_table[directory].Cover == 0) _unsettled = true;
        else if (_hinted.Add(directory)) ScanTree(directory, ScanMode.Report, recursive: false);
        // A change that waits already waits for quiet anew.
        if (_table.Find(directory, name) is not 0 and var entry && _table[entry].Pending != 0) Touch(entry, before: true);
    }

    // Where a step is not known yet, the directory that has it is compared; 0 where the step is not wanted.
    private int NearestKnown(ReadOnlySpan<byte> path)
    {
        var at = EntryTable.Root;
        while (!path.IsEmpty)
        {
            var slash = path.IndexOf((byte)'/');
            var name = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (name.IsEmpty) continue;
            var next = _table.Find(at, name);
            if (next == 0)
            {
                _filter.Prepare(at);
                return _filter.ChildCover(at, 0, name) == 0 ? 0 : at;
            }
            if (!_table.Is(next, EntryFlags.Exists | EntryFlags.Directory)) return at;
            at = next;
        }
        return at;
    }

    /// <summary>A root gets a watcher of its own, which tells of what is below it as well.</summary>
    private bool IsHinted(int entry)
    {
        if (_portable is null) return false;
        if (_pins.IsRoot(entry) && _portable.TryWatch(entry, _paths.Text(entry))) return true;
        for (var at = _table[entry].Parent; at > EntryTable.Root; at = _table[at].Parent)
            if (_portable.Has(at)) return true;
        return false;
    }
}
