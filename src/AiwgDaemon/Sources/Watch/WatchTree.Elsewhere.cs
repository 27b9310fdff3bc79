using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Elsewhere: filesystems that may not answer have trees and threads of their own. This tree looks at nothing in them, not even at the names
// that they are mounted at.
internal sealed partial class WatchTree
{
    private readonly HashSet<int> _closed = [];
    private byte[][] _elsewhere = [];
    private long _progress;

    /// <summary>Something that is watched here is no longer here, or has come to be elsewhere: the roots are to be divided anew.</summary>
    public bool IsMisplaced { get; set; }

    /// <summary>Grows while this tree gets on; for other threads to see that it does.</summary>
    public long Progress => Volatile.Read(ref _progress);

    /// <summary>One more step is done.</summary>
    public void Advance() => Volatile.Write(ref _progress, _progress + 1);

    /// <summary>Everything is gone: the filesystem that this tree is for was unmounted, or is nobody's any more.</summary>
    public void Leave()
    {
        foreach (var root in _plan.Roots) Lose(root.Entry);
    }

    private void FindElsewhere()
    {
        _closed.Clear();
        _elsewhere = _plan.Remote.Any ? [.. _plan.Elsewhere().Select(path => NativePath.ToBytes(path))] : [];
    }

    /// <summary>True for a directory below a root that another tree is for.</summary>
    private bool IsElsewhere(int directory, ReadOnlySpan<byte> name)
    {
        foreach (var path in _elsewhere)
        {
            var above = path.Length - name.Length - 1;
            if (
                above >= 0
                && path[above] == '/'
                && path.AsSpan().EndsWith(name)
                && WritePath(directory) == above
                && path.AsSpan(0, above).SequenceEqual(_path.AsSpan(0, above))
            )
                return true;
        }
        return false;
    }

    /// <summary>True for a root, or a directory on the way to one, that leads elsewhere by now.</summary>
    private bool IsClosed(int entry)
    {
        if (!_plan.Remote.Any && _plan.Home is null) return false;
        if (!_plan.IsElsewhere(PathText(entry), _rootsAt.ContainsKey(entry)))
        {
            _closed.Remove(entry);
            return false;
        }
        IsMisplaced |= _closed.Add(entry);
        return true;
    }

    // Of a root that lies below its watched path: whether a directory between the two is ignored.
    private bool IsCutOff(int entry, WatchRoot root)
    {
        if (root.Absolute.Length == root.Base.Length) return false;
        LoadLevelsAbove(entry);
        var isIgnored = false;
        var at = entry;
        for (var length = root.Absolute.Length; length > root.Base.Length && !isIgnored; at = _table[at].Parent)
        {
            var parent = _table[at].Parent;
            var name = _table.Name(at);
            length -= name.Length + 1;
            Prepare(parent);
            var text = TextOf(name);
            isIgnored = BuiltinIgnores.IsIgnoredDirectory(_table.Name(parent), name) || IsGitIgnored(name, isDirectory: true)
                || IsIgnoredBy(root, text, isDirectory: true, ForAll(text, isDirectory: true));
        }
        Prepare(_table[entry].Parent);
        return isIgnored;
    }
}
