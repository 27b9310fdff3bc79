using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;

namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>
/// The kernel's watches on directories, and which roots each directory counts for. Directories on the way to a root are watched too, for
/// their own end or, if the next step is missing, for its coming.
/// </summary>
internal sealed class DirectoryWatches(
    EntryTable table, EntryPaths paths, Coverage coverage, WatchMap map, EntryFilesystems filesystems, PolledDirectories polled,
    HintedRoots hinted, ExcludeFiles excludeFiles, Inotify? inotify)
{
    private const InotifyMask Ends = InotifyMask.DeleteSelf | InotifyMask.MoveSelf;

    // Modes open what could not be read or passed.
    private const InotifyMask Own = Ends | InotifyMask.Attributes | InotifyMask.OnlyDirectory;

    private const InotifyMask Names = Own | InotifyMask.Create | InotifyMask.MovedTo | InotifyMask.MovedFrom | InotifyMask.Delete
        | InotifyMask.Modify | InotifyMask.CloseWrite | InotifyMask.ExcludeUnlinked;

    private const InotifyMask Inner = (Names & ~Ends) | InotifyMask.DontFollow;

    /// <summary>Puts or keeps the kernel's watch on a directory; false if there is none afterwards.</summary>
    /// <param name="entry">The directory.</param>
    /// <param name="wide">On the way to a root: true if the names in it are asked for as well.</param>
    public bool Arm(int entry, bool wide)
    {
        ref var e = ref table[entry];
        var blind = filesystems.IsBlind(entry);
        if (blind || inotify is null) return ArmWithoutEvents(entry, blind);
        var length = paths.Write(entry);
        if (length < 0) return false;
        var pinned = (e.Flags & EntryFlags.Pinned) != 0;
        var mask = !pinned ? Inner : wide ? Names : Own;
        if (pinned && wide && e.Cover == 0) e.Flags |= EntryFlags.Wide;
        else e.Flags &= ~EntryFlags.Wide;
        // What the directory is watched for as another entry stays.
        if (mask == Own && (e.Watch == 0 || map.IsShared(e.Watch))) mask |= InotifyMask.MaskAdd;
        var watch = inotify.Add(paths.System(length), mask);
        if (watch < 0) return Refused(entry, errno: -watch);
        if (excludeFiles.Has(watch)) inotify.Add(paths.System(length), ExcludeFiles.Mask | mask);
        if (watch != e.Watch)
        {
            if (e.Watch != 0) Disarm(entry);
            e.Watch = watch;
            foreach (var root in coverage[e.Cover]) root.Watches++;
            // Shared with another path to the same directory, which may need more than we do.
            if (!map.Add(watch, entry))
                inotify.Add(paths.System(length), Names & ~(pinned ? InotifyMask.None : InotifyMask.DontFollow));
        }
        polled.Remove(entry);
        return true;
    }

    /// <summary>Nothing is asked of a directory any more.</summary>
    public void Release(int entry)
    {
        Disarm(entry);
        polled.Remove(entry);
    }

    /// <summary>The kernel has ended a watch by itself; true if it was this directory's.</summary>
    public bool Ended(int entry, int watch)
    {
        map.Remove(watch, entry);
        ref var e = ref table[entry];
        if (e.Watch != watch) return false;
        foreach (var root in coverage[e.Cover]) root.Watches--;
        e.Watch = 0;
        return true;
    }

    /// <summary>Other roots cover a directory.</summary>
    public void SetCover(int entry, ushort cover)
    {
        ref var e = ref table[entry];
        if (e.Watch != 0)
        {
            foreach (var root in coverage[e.Cover]) root.Watches = Math.Max(0, root.Watches - 1);
            foreach (var root in coverage[cover]) root.Watches++;
        }
        e.Cover = cover;
    }

    /// <summary>True for the very directory that is watched, not a link to it: any change of it is told from now on by the watch
    /// itself.</summary>
    public bool IsItself(int entry)
    {
        var watch = table[entry].Watch;
        if (watch == 0 || inotify is null) return !paths.TryMark(entry, follow: false, out var mark) || mark.Kind != FileKind.Link;
        var length = paths.Write(entry);
        return length >= 0 && inotify.Add(paths.System(length), Own | InotifyMask.MaskAdd | InotifyMask.DontFollow) == watch;
    }

    private bool ArmWithoutEvents(int entry, bool blind)
    {
        ref var e = ref table[entry];
        if (e.Cover == 0) return false;
        if (!blind && hinted.Cover(entry))
        {
            polled.Remove(entry);
            return true;
        }
        if (e.Watch != 0) Disarm(entry);
        polled.Add(entry, blind);
        return false;
    }

    private bool Refused(int entry, int errno)
    {
        ref var e = ref table[entry];
        // Closed since: the watch that is there goes on telling.
        if (errno == Libc.EACCES && e.Watch != 0) return true;
        if (e.Watch != 0) Disarm(entry);
        if (e.Cover != 0 && errno is Libc.ENOSPC or Libc.ENOMEM) polled.Add(entry, blind: false);
        return false;
    }

    private void Disarm(int entry)
    {
        ref var e = ref table[entry];
        hinted.Unwatch(entry);
        if (e.Watch == 0) return;
        if (map.Remove(e.Watch, entry) && !excludeFiles.Has(e.Watch)) inotify?.Remove(e.Watch);
        foreach (var root in coverage[e.Cover]) root.Watches--;
        e.Watch = 0;
    }
}
