using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>
/// The two halves of a rename carry the same cookie and mostly come one after the other. A move is named in both its events if both
/// paths are watched and the old one had been there before; a temporary file that takes the place of another is not named.
/// </summary>
internal sealed class MoveHalves(EntryTable table, EntryPaths paths, Debouncer debouncer)
{
    private readonly Half[] _halves = new Half[32];
    private int _nextHalf;

    /// <summary>Takes the first half of a rename.</summary>
    public void Remember(int entry, uint cookie)
    {
        var length = paths.Write(entry);
        if (length < 0) return;
        string? origin = null;
        ref var e = ref table[entry];
        if ((e.Flags & EntryFlags.Directory) == 0)
        {
            // Moved on: the path where it began, if that was ever reported, is what it came from.
            origin = e.Pending == 0 || debouncer[e.Pending].Before ? paths.Text(entry) : debouncer[e.Pending].MovedFrom;
        }
        _halves[_nextHalf++ % _halves.Length] = new Half(cookie, paths.Buffer[..length], origin);
    }

    /// <summary>
    /// Two names that change places in one step (RENAME_EXCHANGE) are told as two moves, one after the other, so that the second one seems
    /// to take away what the first one has brought. Only the disk tells that from there and back again: gives the names to look at.
    /// </summary>
    public IReadOnlyList<ExchangedName> Note(int directory, uint cookie, ReadOnlySpan<byte> name)
    {
        var half = Array.FindIndex(_halves, h => h.Cookie == cookie && cookie != 0);
        if (half < 0)
        {
            if (table.Find(directory, name) is not 0 and var entry) table[entry].Flags |= EntryFlags.FromUnseen;
            return [];
        }
        var length = paths.Write(directory);
        if (length < 0) return [];
        paths.Buffer[length] = (byte)'/';
        name.CopyTo(paths.Buffer.AsSpan(length + 1));
        byte[] target = paths.Buffer[..(length + 1 + name.Length)];
        _halves[half].Target = target;
        var origin = _halves[half].Path;
        List<ExchangedName>? others = null;
        foreach (var other in _halves)
            if (other.Target is { } former && former.AsSpan().SequenceEqual(origin) && other.Path.AsSpan().SequenceEqual(target))
                (others ??= []).Add(new ExchangedName(origin, other.Cookie));
        return others ?? (IReadOnlyList<ExchangedName>)[];
    }

    /// <summary>Where a file went, unless it has gone on from there or something else has come there since: then nobody knows that
    /// name.</summary>
    public string? MovedTo(int entry, in PendingChange pending)
    {
        if (pending.MovedTo is not { } path) return null;
        var target = paths.Find(NativePath.ToBytes(path));
        if (target == 0 || !table.Is(target, EntryFlags.Exists)) return null;
        return table[target].Pending is var other and not 0 && debouncer[other].MovedFrom != paths.Text(entry) ? null : path;
    }

    /// <summary>A file came from elsewhere in the trees.</summary>
    public void JoinFile(int entry, uint cookie)
    {
        if (FindHalf(cookie) is { Origin: { } origin }) Join(entry, origin);
    }

    private void Join(int entry, string origin)
    {
        var pending = table[entry].Pending;
        var source = paths.Find(NativePath.ToBytes(origin));
        if (pending == 0 || source == 0 || source == entry || table.Is(source, EntryFlags.Exists) || table[source].Pending == 0) return;
        debouncer[pending].MovedFrom = origin;
        debouncer[table[source].Pending].MovedTo = paths.Text(entry);
    }

    /// <summary>A directory came from elsewhere in the trees: the files below it are joined name by name.</summary>
    public void JoinDirectory(int entry, uint cookie)
    {
        if (FindHalf(cookie) is not { Path: { } path }) return;
        var source = paths.Find(path);
        if (source != 0 && source != entry) JoinChildren(source, entry);
    }

    private void JoinChildren(int source, int target)
    {
        for (var child = table[target].FirstChild; child != 0; child = table[child].Next)
        {
            var from = table.Find(source, table.Name(child));
            if (from == 0) continue;
            if (table.Is(child, EntryFlags.Directory)) JoinChildren(from, child);
            else Join(child, paths.Text(from));
        }
    }

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
