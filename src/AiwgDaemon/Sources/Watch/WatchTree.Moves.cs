using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Moves: the two halves of a rename carry the same cookie and mostly come one after the other. A move is named in both its events where
// both paths are watched and the old one had been there before; a temporary file that takes the place of another is not named.
internal sealed partial class WatchTree
{
    private readonly (uint Cookie, byte[] Path, string? Origin)[] _halves = new (uint, byte[], string?)[32];
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
        _halves[_nextHalf++ % _halves.Length] = (cookie, _path[..length], origin);
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

    private (uint Cookie, byte[] Path, string? Origin)? FindHalf(uint cookie)
    {
        foreach (var half in _halves)
            if (half.Cookie == cookie && cookie != 0) return half;
        return null;
    }
}
