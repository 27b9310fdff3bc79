using System.Buffers.Binary;
using System.Text;

namespace AiwgDaemon.Platform;

/// <summary>
/// Tells that what a path leads to may have changed: the file itself, a link on the way to it, or a directory above it that was moved or
/// removed. Watches every step (inotify) and follows anew after each change. Linux; the thread that it has sleeps until there is news.
/// </summary>
internal sealed class PathWatch : IDisposable
{
    private const InotifyMask Names = InotifyMask.Create | InotifyMask.MovedTo | InotifyMask.MovedFrom | InotifyMask.Delete | Own;
    private const InotifyMask Own = InotifyMask.DeleteSelf | InotifyMask.MoveSelf | InotifyMask.OnlyDirectory | InotifyMask.MaskAdd;
    private const InotifyMask Content = InotifyMask.Modify | InotifyMask.CloseWrite;

    private readonly string _path;
    private readonly Action _look;
    private readonly Inotify _inotify;
    private readonly ThreadGate _gate = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private Dictionary<int, HashSet<string>> _watched = [];
    private volatile bool _ended;

    private PathWatch(string path, Inotify inotify, Action look) => (_path, _inotify, _look) = (path, inotify, look);

    /// <summary>Null with the errno if the limit of inotify instances is reached.</summary>
    /// <param name="path">Absolute; need not exist.</param>
    /// <param name="look">Is called once at the beginning, and whenever there may be news; on a thread of its own, which may wait for the
    /// filesystem.</param>
    public static PathWatch? Start(string path, Action look, out int errno)
    {
        if (Inotify.Open(out errno) is not { } inotify) return null;
        var watch = new PathWatch(path, inotify, look);
        new Thread(watch.Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "configuration" }.Start();
        return watch;
    }

    /// <summary>Asks for a look now, for what no event tells. Any thread; does not wait.</summary>
    public void Look() => _gate.Signal();

    /// <summary>Does not wait: the thread may hang in the filesystem, and ends by itself.</summary>
    public void Dispose()
    {
        _ended = true;
        _gate.Signal();
    }

    private void Run()
    {
        while (!_ended)
        {
            Arm();
            _look();
            do _gate.Wait(_inotify, null, Timeout.InfiniteTimeSpan);
            while (!_ended && !HasNews());
        }
        _inotify.Dispose();
        _gate.Dispose();
    }

    // Woken without an event, somebody asks for a look.
    private bool HasNews()
    {
        bool any = false, concerns = false;
        for (int length; (length = _inotify.Read(_buffer)) > 0; any = true)
        for (var events = _buffer.AsSpan(0, length); events.Length >= 16; )
        {
            var size = 16 + BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            concerns |= Concerns(
                BinaryPrimitives.ReadInt32LittleEndian(events),
                (InotifyMask)BinaryPrimitives.ReadUInt32LittleEndian(events[4..]),
                events[16..size]
            );
            events = events[size..];
        }
        return concerns || !any;
    }

    private bool Concerns(int watch, InotifyMask mask, ReadOnlySpan<byte> name)
    {
        if (
            (mask & (InotifyMask.DeleteSelf | InotifyMask.MoveSelf | InotifyMask.Ignored | InotifyMask.QueueOverflow | InotifyMask.Unmount))
            != 0
        )
            return true;
        var end = name.IndexOf((byte)0);
        var text = NativePath.FromBytes(end < 0 ? name : name[..end]);
        return _watched.TryGetValue(watch, out var names) && (text.Length == 0 || names.Contains(text));
    }

    // Before the look: what comes after it is told.
    private void Arm()
    {
        var before = _watched;
        _watched = [];
        var steps = PathSteps.Of(_path);
        foreach (var step in steps.Links) WatchName(step);
        WatchName(steps.Real);
        for (var above = Path.GetDirectoryName(steps.Real); above is not null; above = Path.GetDirectoryName(above)) Add(above, Own, null);
        // Mounted at its name, the file has another directory.
        Add(_path, Content, null);
        foreach (var watch in before.Keys)
            if (!_watched.ContainsKey(watch)) _inotify.Remove(watch);
    }

    // If the directory is missing, the nearest one that is there tells of its coming.
    private void WatchName(string step)
    {
        while (Path.GetDirectoryName(step) is { } directory)
        {
            if (Add(directory, Names, Path.GetFileName(step))) return;
            step = directory;
        }
    }

    private bool Add(string path, InotifyMask mask, string? name)
    {
        var watch = _inotify.Add([.. NativePath.ToBytes(path), 0], mask);
        if (watch < 0) return false;
        if (!_watched.TryGetValue(watch, out var names)) _watched[watch] = names = new(StringComparer.Ordinal);
        if (name is not null) names.Add(name);
        return true;
    }
}
