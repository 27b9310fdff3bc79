using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>
/// Notices when an exclude file that is outside of the watched trees changes: <c>.git/info/exclude</c> and the user's. One kernel watch on
/// its directory, or on the nearest one above that exists. Without a watch (the limit is reached) a change counts from the next reload on.
/// </summary>
internal sealed class ExcludeFiles(Inotify? inotify, WatchMap trees)
{
    /// <summary>What such a watch must have; the trees' own watches of the same directory are to have it too.</summary>
    public const InotifyMask Mask = InotifyMask.Create | InotifyMask.CloseWrite | InotifyMask.MovedTo | InotifyMask.MovedFrom
        | InotifyMask.Delete | InotifyMask.MoveSelf;

    private readonly List<(int Top, int Watch, byte[] Name, byte[] Path)> _followed = [];
    private readonly HashSet<int> _watches = [];

    public int Count => _watches.Count;

    public bool Has(int watch) => _watches.Contains(watch);

    /// <summary>From now on a change of the file is told for the repository at an entry. To be called before the file is read.</summary>
    public void Follow(int top, string? file)
    {
        if (file is null) return;
        FollowName(top, file);
        // Edited through its link (as dotfiles are kept), the target changes and not the link.
        if (Target(file) is { } target) FollowName(top, target);
    }

    /// <summary>Notes the repositories whose excludes an inotify event concerns.</summary>
    public void Take(int watch, InotifyMask mask, ReadOnlySpan<byte> name, HashSet<int> stale)
    {
        if (!_watches.Contains(watch)) return;
        foreach (var followed in _followed)
            if (
                followed.Watch == watch
                && ((mask & (InotifyMask.Ignored | InotifyMask.MoveSelf)) != 0 || name.SequenceEqual(followed.Name))
            )
                stale.Add(followed.Top);
        if ((mask & InotifyMask.Ignored) != 0)
            _watches.Remove(watch);
    }

    /// <summary>The same for a path that changed.</summary>
    public void Take(ReadOnlySpan<byte> path, HashSet<int> stale)
    {
        foreach (var followed in _followed)
            if (path.SequenceEqual(followed.Path)) stale.Add(followed.Top);
    }

    public void Forget(int top)
    {
        for (var i = _followed.Count - 1; i >= 0; i--)
        {
            if (_followed[i].Top != top) continue;
            var watch = _followed[i].Watch;
            _followed.RemoveAt(i);
            Release(watch);
        }
    }

    public void Clear()
    {
        _followed.Clear();
        foreach (var watch in _watches.ToArray()) Release(watch);
    }

    /// <summary>The same for one name, which is not followed if it is a link. A negative number is told like any other.</summary>
    public void FollowName(int top, string file)
    {
        while (true)
        {
            var (directory, name) = NearestDirectory(file);
            var watch = inotify?.Add([.. NativePath.ToBytes(directory), 0], Mask | InotifyMask.OnlyDirectory | InotifyMask.MaskAdd) ?? -1;
            if (watch >= 0) _watches.Add(watch);
            if (NearestDirectory(file).Directory == directory)
            {
                _followed.Add(
                    (top, watch, NativePath.ToBytes(name), NativePath.ToBytes(OperatingSystem.IsWindows() ? file.Replace('\\', '/') : file))
                );
                return;
            }
            // Another step came or went before the watch was there.
            Release(watch);
        }
    }

    private void Release(int watch)
    {
        foreach (var followed in _followed)
            if (followed.Watch == watch) return;
        if (_watches.Remove(watch) && !trees.Has(watch)) inotify!.Remove(watch);
    }

    private static (string Directory, string Name) NearestDirectory(string file)
    {
        var (directory, name) = (Path.GetDirectoryName(file)!, Path.GetFileName(file));
        while (!Directory.Exists(directory) && Path.GetDirectoryName(directory) is { } above)
            (directory, name) = (above, Path.GetFileName(directory));
        return (directory, name);
    }

    private static string? Target(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Missing, a cycle, or not ours to look at: then there is nothing to read either.
            return null;
        }
    }
}
