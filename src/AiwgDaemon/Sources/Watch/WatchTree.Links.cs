using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Links: a root, or a step on the way to one, may be a link that leads over further links to a directory or a file; each of them may be
// turned. And a file may be mounted, or be the target of a link, so that its directory's watch tells nothing of it: it gets a watch itself.
internal sealed partial class WatchTree
{
    private const InotifyMask FileContent = InotifyMask.Modify | InotifyMask.CloseWrite;

    // A chain that is turned faster than it can be followed is told by the last turn.
    private const int MostRounds = 8;

    private readonly Dictionary<int, string> _trails = [];
    private readonly List<(int Watch, byte[] Path)> _files = [];
    private readonly List<byte[]> _unwatchedFiles = [];

    /// <summary>True for a link. Each link on its way is watched before what it leads to is looked at.</summary>
    private bool FollowLinks(int entry)
    {
        if (!_paths.TryMark(entry, follow: false, out var mark) || mark.Kind != FileKind.Link)
        {
            if (_trails.Remove(entry)) _excludeFiles.Forget(-entry);
            return false;
        }
        if (_inotify is null) return true;
        var path = _paths.Text(entry);
        for (var round = 0; round < MostRounds; round++)
        {
            var steps = _plan.Remote.StepsOf(path, _plan.Home);
            var trail = string.Join('\0', [.. steps.Links, steps.Real]);
            if (_trails.GetValueOrDefault(entry) == trail) break;
            _excludeFiles.Forget(-entry);
            foreach (var link in steps.Links) _excludeFiles.FollowName(-entry, link);
            _excludeFiles.FollowName(-entry, steps.Real);
            _trails[entry] = trail;
        }
        return true;
    }

    // Of the repositories whose excludes have changed; a negative number is a pinned entry whose way has.
    private void TakeTrails()
    {
        if (_changedExcludes.RemoveWhere(number => number < 0) > 0) _unsettled = true;
    }

    /// <summary>Watches the files of which their directory's watch tells nothing.</summary>
    private void WatchFiles()
    {
        _unwatchedFiles.Clear();
        if (_inotify is null) return;
        var before = _files.ToArray();
        _files.Clear();
        foreach (var root in _plan.Roots)
        {
            if (_table.Is(root.Entry, EntryFlags.Follows)) WatchFile(root.Entry);
            var real = "";
            foreach (var mount in _mounts.Mounts)
            {
                if (mount.Point.Length < 2)
                    continue;
                if (real.Length == 0)
                    real = _plan.Remote.RealPath(root.Absolute);
                if (MountTable.Holds(real, mount.Point))
                    WatchFile(_paths.Find(NativePath.ToBytes(root.Absolute + mount.Point[(real.Length == 1 ? 0 : real.Length)..])));
            }
        }
        foreach (var (watch, _) in before)
            if (!_files.Exists(f => f.Watch == watch)) _inotify.Remove(watch);
    }

    /// <summary>A file that was mounted over another, or no longer is, has changed.</summary>
    private void TellMounted((int Watch, byte[] Path)[] before)
    {
        foreach (var file in before.Concat(_files))
            if (!before.Any(f => IsSame(f, file)) || !_files.Exists(f => IsSame(f, file))) TouchFile(file.Path);
    }

    private static bool IsSame((int Watch, byte[] Path) one, (int Watch, byte[] Path) other) =>
        one.Watch == other.Watch && one.Path.AsSpan().SequenceEqual(other.Path);

    private void TouchFile(byte[] path)
    {
        var entry = _paths.Find(path);
        if (entry == 0 || !_table.Is(entry, EntryFlags.Exists) || _table.Is(entry, EntryFlags.Directory) || _table[entry].Pending != 0)
            return;
        // The listing has taken the other file for the one that was known.
        _table[entry].Mark = 0;
        Touch(entry, before: true);
    }

    private void WatchFile(int entry)
    {
        if (entry <= EntryTable.Root || !_table.Is(entry, EntryFlags.Exists) || _table.Is(entry, EntryFlags.Directory)) return;
        var length = _paths.Write(entry);
        if (length < 0 || _files.Exists(f => f.Path.AsSpan().SequenceEqual(_paths.Buffer.AsSpan(0, length)))) return;
        var watch = _inotify!.Add(_paths.System(length), FileContent);
        if (watch > 0) _files.Add((watch, _paths.Buffer[..length]));
        else if (-watch is Libc.ENOSPC or Libc.ENOMEM) _unwatchedFiles.Add(_paths.Buffer[..length]);
    }

    /// <summary>True if the watch is on a file.</summary>
    private bool TakeFileContent(int watch, InotifyMask mask)
    {
        var found = false;
        for (var i = _files.Count - 1; i >= 0; i--)
        {
            if (_files[i].Watch != watch) continue;
            found = true;
            var entry = _paths.Find(_files[i].Path);
            if ((mask & InotifyMask.Ignored) != 0) _files.RemoveAt(i);
            else if (entry == 0 || !_table.Is(entry, EntryFlags.Exists) || _table.Is(entry, EntryFlags.Directory)) continue;
            else if ((mask & InotifyMask.Modify) != 0) Touch(entry, before: true);
            else Compare(entry);
        }
        return found;
    }

    private void PollFiles()
    {
        foreach (var path in _unwatchedFiles)
            if (_paths.Find(path) is not 0 and var entry && _table.Is(entry, EntryFlags.Exists)) Compare(entry);
    }
}
