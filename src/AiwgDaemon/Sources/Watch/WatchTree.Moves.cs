using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Moves: the two halves of a rename carry the same cookie and mostly come one after the other. A move is named in both its events where
// both paths are watched and the old one had been there before; a temporary file that takes the place of another is not named.
internal sealed partial class WatchTree
{
    private readonly Half[] _halves = new Half[32];
    private int _nextHalf;

    private void RememberHalf(int entry, uint cookie)
    {
        var length = WritePath(entry);
        if (length < 0) return;
        string? origin = null;
        ref var e = ref _table[entry];
        if ((e.Flags & EntryFlags.Directory) == 0)
        {
            // Moved on: the path where it began, if that was ever reported, is what it came from.
            origin = e.Pending == 0 || Debouncer[e.Pending].Before ? PathText(entry) : Debouncer[e.Pending].MovedFrom;
        }
        _halves[_nextHalf++ % _halves.Length] = new Half(cookie, _path[..length], origin);
    }

    /// <summary>
    /// Two names that change places in one step (RENAME_EXCHANGE) are told as two moves, one after the other, so that the second one seems
    /// to
    /// take away what the first one has brought. Only the disk tells that from there and back again.
    /// </summary>
    private void NoteMove(int directory, uint cookie, ReadOnlySpan<byte> name)
    {
        var half = Array.FindIndex(_halves, h => h.Cookie == cookie && cookie != 0);
        if (half < 0)
        {
            if (_table.Find(directory, name) is not 0 and var entry) _table[entry].Flags |= EntryFlags.FromUnseen;
            return;
        }
        var length = WritePath(directory);
        if (length < 0) return;
        _path[length] = (byte)'/';
        name.CopyTo(_path.AsSpan(length + 1));
        byte[] target = _path[..(length + 1 + name.Length)];
        _halves[half].Target = target;
        var origin = _halves[half].Path;
        foreach (var other in _halves)
            if (other.Target is { } former && former.AsSpan().SequenceEqual(origin) && other.Path.AsSpan().SequenceEqual(target))
                LookForOther(origin, other.Cookie);
    }

    private void LookForOther(byte[] path, uint cookie)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        var directory = FindPath(path.AsSpan(0, slash));
        if (directory != 0) LookForOther(directory, path.AsSpan(slash + 1), cookie);
    }

    private void LookForOther(int directory, ReadOnlySpan<byte> name, uint cookie)
    {
        var entry = _table.Find(directory, name);
        if ((entry != 0 && _table.Is(entry, EntryFlags.Exists)) || KindOf(directory, name) is not { } kind) return;
        if (entry != 0 && _table.Is(entry, EntryFlags.Pinned)) _unsettled = true;
        else if (kind == FileKind.Directory) DirectoryCame(directory, entry, cookie, name);
        else TakeFile(directory, entry, InotifyMask.Create, cookie, name);
    }

    /// <summary>Where a file went, unless it has gone on from there or something else has come there since: then nobody knows that
    /// name.</summary>
    private string? MovedTo(int entry, in PendingChange pending)
    {
        if (pending.MovedTo is not { } path) return null;
        var target = FindPath(NativePath.ToBytes(path));
        if (target == 0 || !_table.Is(target, EntryFlags.Exists)) return null;
        return _table[target].Pending is var other and not 0 && Debouncer[other].MovedFrom != PathText(entry) ? null : path;
    }

    private void JoinFile(int entry, uint cookie)
    {
        if (FindHalf(cookie) is { Origin: { } origin }) Join(entry, origin);
    }

    private void Join(int entry, string origin)
    {
        var pending = _table[entry].Pending;
        var source = FindPath(NativePath.ToBytes(origin));
        if (pending == 0 || source == 0 || source == entry || _table.Is(source, EntryFlags.Exists) || _table[source].Pending == 0) return;
        Debouncer[pending].MovedFrom = origin;
        Debouncer[_table[source].Pending].MovedTo = PathText(entry);
    }

    /// <summary>A directory came from elsewhere in the trees: the files below it are joined name by name.</summary>
    private void JoinDirectory(int entry, uint cookie)
    {
        if (FindHalf(cookie) is not { Path: { } path }) return;
        var source = FindPath(path);
        if (source != 0 && source != entry) JoinChildren(source, entry);
    }

    private void JoinChildren(int source, int target)
    {
        for (var child = _table[target].FirstChild; child != 0; child = _table[child].Next)
        {
            var from = _table.Find(source, _table.Name(child));
            if (from == 0) continue;
            if (_table.Is(child, EntryFlags.Directory)) JoinChildren(from, child);
            else Join(child, PathText(from));
        }
    }

    private int FindPath(ReadOnlySpan<byte> path) => _table.Walk(EntryTable.Root, path);

    private Half? FindHalf(uint cookie)
    {
        foreach (var half in _halves)
            if (half.Cookie == cookie && cookie != 0) return half;
        return null;
    }

    /// <summary>What a rename has taken away, until it comes elsewhere.</summary>
    private record struct Half(uint Cookie, byte[] Path, string? Origin)
    {
        /// <summary>Where it came; null if that is not known (yet).</summary>
        public byte[]? Target { get; set; }
    }
}
