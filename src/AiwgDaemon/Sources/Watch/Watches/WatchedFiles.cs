using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Listing;

namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>
/// Files of which their directory's watch tells nothing, because they are mounted or the target of a link: each has a watch of its own, or
/// is looked at from time to time if the system has none left.
/// </summary>
internal sealed class WatchedFiles(
    EntryTable table, EntryPaths paths, CurrentPlan plan, MountTable mounts, FileComparison comparison, ChangeFolding folding,
    Inotify? inotify)
{
    private const InotifyMask Content = InotifyMask.Modify | InotifyMask.CloseWrite;

    private readonly List<(int Watch, byte[] Path)> _files = [];
    private readonly List<byte[]> _unwatched = [];

    /// <summary>Files with a watch.</summary>
    public int Count => _files.Count;

    /// <summary>True if there is a file that the system has no watch left for.</summary>
    public bool NeedPolling => _unwatched.Count > 0;

    /// <summary>Finds the files anew, and watches them.</summary>
    public void Renew()
    {
        _unwatched.Clear();
        if (inotify is null) return;
        var before = _files.ToArray();
        _files.Clear();
        foreach (var root in plan.Value.Roots)
        {
            if (table.Is(root.Entry, EntryFlags.Follows)) Watch(root.Entry);
            var real = "";
            foreach (var mount in mounts.Mounts)
            {
                if (mount.Point.Length < 2)
                    continue;
                if (real.Length == 0)
                    real = plan.Value.Remote.RealPath(root.Absolute);
                if (MountTable.Holds(real, mount.Point))
                    Watch(paths.Find(NativePath.ToBytes(root.Absolute + mount.Point[(real.Length == 1 ? 0 : real.Length)..])));
            }
        }
        foreach (var (watch, _) in before)
            if (!_files.Exists(f => f.Watch == watch)) inotify.Remove(watch);
    }

    public (int Watch, byte[] Path)[] ToArray() => [.. _files];

    /// <summary>A file that was mounted over another since, or no longer is, has changed.</summary>
    public void TouchMounted((int Watch, byte[] Path)[] before)
    {
        foreach (var file in before.Concat(_files))
            if (!before.Any(f => IsSame(f, file)) || !_files.Exists(f => IsSame(f, file))) Touch(file.Path);
    }

    /// <summary>Takes an event; true if its watch is on a file.</summary>
    public bool Take(int watch, InotifyMask mask)
    {
        var found = false;
        for (var i = _files.Count - 1; i >= 0; i--)
        {
            if (_files[i].Watch != watch) continue;
            found = true;
            var entry = paths.Find(_files[i].Path);
            if ((mask & InotifyMask.Ignored) != 0) _files.RemoveAt(i);
            else if (!IsFile(entry)) continue;
            else if ((mask & InotifyMask.Modify) != 0) folding.Touch(entry, before: true);
            else comparison.Compare(entry);
        }
        return found;
    }

    /// <summary>Looks at the files that have no watch.</summary>
    public void Poll()
    {
        foreach (var path in _unwatched)
            if (paths.Find(path) is not 0 and var entry && table.Is(entry, EntryFlags.Exists)) comparison.Compare(entry);
    }

    private void Watch(int entry)
    {
        if (!IsFile(entry)) return;
        var length = paths.Write(entry);
        if (length < 0 || _files.Exists(f => f.Path.AsSpan().SequenceEqual(paths.Buffer.AsSpan(0, length)))) return;
        var watch = inotify!.Add(paths.System(length), Content);
        if (watch > 0) _files.Add((watch, paths.Buffer[..length]));
        else if (-watch is Libc.ENOSPC or Libc.ENOMEM) _unwatched.Add(paths.Buffer[..length]);
    }

    private void Touch(byte[] path)
    {
        var entry = paths.Find(path);
        if (!IsFile(entry) || table[entry].Pending != 0) return;
        // The listing has taken the other file for the one that was known.
        table[entry].Mark = 0;
        folding.Touch(entry, before: true);
    }

    private bool IsFile(int entry) =>
        entry > EntryTable.Root && table.Is(entry, EntryFlags.Exists) && !table.Is(entry, EntryFlags.Directory);

    private static bool IsSame((int Watch, byte[] Path) one, (int Watch, byte[] Path) other) =>
        one.Watch == other.Watch && one.Path.AsSpan().SequenceEqual(other.Path);
}
