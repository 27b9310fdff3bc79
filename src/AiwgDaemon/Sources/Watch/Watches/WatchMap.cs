namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>
/// Which directory a kernel watch belongs to. The kernel counts watches up, so a table of chunks is the smallest map. One directory that
/// is reached by two paths (a root that is a link, a bind mount) has one watch and several entries.
/// </summary>
internal sealed class WatchMap
{
    private const int ChunkBits = 10;
    private const int Several = -1;

    private readonly Dictionary<int, (int[] Entries, int Count)> _chunks = [];
    private readonly Dictionary<int, List<int>> _several = [];

    public int Count { get; private set; }

    /// <summary>True if the watch was new.</summary>
    public bool Add(int watch, int entry)
    {
        var (entries, count) = _chunks.TryGetValue(watch >> ChunkBits, out var chunk) ? chunk : (new int[1 << ChunkBits], 0);
        ref var place = ref entries[watch & ((1 << ChunkBits) - 1)];
        if (place == 0)
        {
            place = entry;
            Count++;
            _chunks[watch >> ChunkBits] = (entries, count + 1);
            return true;
        }
        if (place == Several)
        {
            if (!_several[watch].Contains(entry)) _several[watch].Add(entry);
        }
        else if (place != entry)
        {
            _several[watch] = [place, entry];
            place = Several;
        }
        return false;
    }

    /// <summary>True if no entry has the watch any more.</summary>
    public bool Remove(int watch, int entry)
    {
        if (!_chunks.TryGetValue(watch >> ChunkBits, out var chunk)) return false;
        ref var place = ref chunk.Entries[watch & ((1 << ChunkBits) - 1)];
        if (place == Several)
        {
            var list = _several[watch];
            list.Remove(entry);
            if (list.Count > 1) return false;
            place = list[0];
            _several.Remove(watch);
            return false;
        }
        if (place != entry) return false;
        place = 0;
        Count--;
        if (chunk.Count == 1) _chunks.Remove(watch >> ChunkBits);
        else _chunks[watch >> ChunkBits] = (chunk.Entries, chunk.Count - 1);
        return true;
    }

    /// <summary>True if an entry has the watch.</summary>
    public bool Has(int watch) =>
        _chunks.TryGetValue(watch >> ChunkBits, out var chunk) && chunk.Entries[watch & ((1 << ChunkBits) - 1)] != 0;

    /// <summary>True if more than one entry has the watch.</summary>
    public bool IsShared(int watch) => _several.ContainsKey(watch);

    /// <summary>The entries of a watch, into a list that the caller reuses; none if the watch is an old one.</summary>
    public void Find(int watch, List<int> entries)
    {
        entries.Clear();
        if (!_chunks.TryGetValue(watch >> ChunkBits, out var chunk)) return;
        var entry = chunk.Entries[watch & ((1 << ChunkBits) - 1)];
        if (entry == Several) entries.AddRange(_several[watch]);
        else if (entry != 0) entries.Add(entry);
    }
}
