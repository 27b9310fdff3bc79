using System.Runtime.InteropServices;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// What is known of the watched trees, and the kernel watches on them. Fed with events, listings and the time, it folds changes into the
/// debouncer and gives them out when they are due. Everything runs on the watcher's thread and nothing waits.
/// Parts: Roots (what is there of each root), Scan (listings), Events (inotify), Changes (folding), Moves, Filter, Polling, Due.
/// </summary>
internal sealed partial class WatchTree : IDisposable
{
    private readonly EntryTable _table = new();
    private readonly WatchMap _watches = new();
    private readonly Coverage _coverage = new();
    private readonly DirectoryReader _reader = new();
    private readonly ExcludeFiles _excludeFiles;
    private readonly GitIgnoreLevels _levels;
    private readonly WatchIssues _issues;
    private readonly TimeProvider _time;
    private readonly Inotify? _inotify;
    private readonly PortableWatcher? _portable;
    private readonly MountTable _mounts;
    private readonly byte[] _path = new byte[8 * 1024];
    private WatchPlan _plan;

    public WatchTree(WatchPlan plan, Inotify? inotify, PortableWatcher? portable, MountTable mounts, TimeProvider time, WatchIssues issues)
    {
        (_plan, _inotify, _portable, _mounts, _time, _issues) = (plan, inotify, portable, mounts, time, issues);
        _excludeFiles = new ExcludeFiles(inotify, _watches);
        _levels = new GitIgnoreLevels(_table, _excludeFiles, issues.IgnoreFiles);
        SetSpans();
    }

    public Debouncer Debouncer { get; } = new();

    public int Watches => _watches.Count + _excludeFiles.Count + _files.Count + (_portable?.Count ?? 0);

    public long Overflows { get; private set; }

    public WatchPlan Plan => _plan;

    /// <summary>Arms everything; what is there already is taken as known, or with <paramref name="report"/> as new.</summary>
    public void Start(bool report)
    {
        _inSync = _inStep = _polledInStep = DateTimeOffset.UtcNow;
        Pin();
        FindElsewhere();
        Settle(EntryTable.Root, report ? ScanMode.Report : ScanMode.Known, again: true);
        WatchFiles();
    }

    /// <summary>Another plan: watches that both want stay as they are; what is wanted anew is taken as known, or with
    /// <paramref name="report"/> as new.</summary>
    public void Reload(WatchPlan plan, bool report)
    {
        CatchUp();
        foreach (var root in _plan.Roots) root.Watches = root.Polled = 0;
        _plan = plan;
        // What has been mounted since, where the former roots were not.
        _specialMounts = null;
        SetSpans();
        var former = Unpin();
        Pin();
        FindElsewhere();
        // With the levels, the trails are forgotten.
        _levels.Clear();
        _trails.Clear();
        // All of them are read anew.
        _changedRules.Take();
        ForgetPrepared();
        Settle(EntryTable.Root, report ? ScanMode.Report : ScanMode.Known, again: true);
        WatchFiles();
        foreach (var entry in former) DropIfUnwanted(entry);
        _caughtUp = DateTimeOffset.MaxValue;
    }

    public void Dispose() => _reader.Dispose();

    private void SetSpans()
    {
        // The tree's own clock: timestamps of the time provider.
        Debouncer.Quiet = (long)(_plan.Options.Debounce.TotalSeconds * _time.TimestampFrequency);
        Debouncer.Ceiling = Math.Max(Debouncer.Quiet, (long)(_plan.Options.MaxWait.TotalSeconds * _time.TimestampFrequency));
    }

    /// <summary>Writes the absolute path and a NUL into the shared buffer; the length without the NUL, -1 where it does not fit.</summary>
    private int WritePath(int entry)
    {
        var length = 0;
        for (var at = entry; at > EntryTable.Root; at = _table[at].Parent) length += _table[at].NameLength + 1;
        if (length + 512 > _path.Length) return -1;
        _path[length] = 0;
        var end = length;
        for (var at = entry; at > EntryTable.Root; at = _table[at].Parent)
        {
            var name = _table.Name(at);
            end -= name.Length;
            name.CopyTo(_path.AsSpan(end));
            _path[--end] = (byte)'/';
        }
        if (length > 0) return length;
        _path[0] = (byte)'/';
        _path[1] = 0;
        return 0;
    }

    /// <summary>The path in the shared buffer, with its NUL, as the system wants it.</summary>
    private ReadOnlySpan<byte> SystemPath(int length)
    {
        // "/C:/x" inside, "C:/x" for Windows.
        var from = OperatingSystem.IsWindows() && length > 0 ? 1 : 0;
        return _path.AsSpan(from, Math.Max(length, 1) + 1 - from);
    }

    private string PathText(int entry)
    {
        var length = WritePath(entry);
        if (length < 0) return "(a path that is too long)";
        return NativePath.FromBytes(SystemPath(length)[..^1]);
    }

    private bool TryMark(int entry, bool follow, out FileStatusMark mark) => TryMark(entry, follow, out mark, out _);

    private bool TryMark(int entry, bool follow, out FileStatusMark mark, out int errno)
    {
        var length = WritePath(entry);
        (mark, errno) = (default, Libc.ENAMETOOLONG);
        return length >= 0 && FileStatusMark.TryGet(SystemPath(length), follow, out mark, out errno);
    }
}
