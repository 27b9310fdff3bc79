using System.Runtime.InteropServices;

namespace AiwgDaemon.Sources.Watch.Entries;

[Flags]
internal enum EntryFlags : ushort
{
    None = 0,
    Directory = 1,

    /// <summary>On the disk as far as is known; an entry without it waits for its deletion to be reported.</summary>
    Exists = 2,

    /// <summary>A watched root or on the way to one: kept although it does not exist.</summary>
    Pinned = 4,

    /// <summary>No watch can be had: listed at intervals.</summary>
    Polled = 8,

    /// <summary>On a filesystem that reports nothing: no watch is even tried.</summary>
    Blind = 16,

    /// <summary>Cannot be listed, and that was reported.</summary>
    Unreadable = 32,

    /// <summary>Found by the listing that is under way.</summary>
    Seen = 64,

    /// <summary>Listed at least once, so that what is new in it is new on the disk.</summary>
    Listed = 128,

    /// <summary>A directory whose filesystem does not keep the numbers of inodes.</summary>
    Renumbering = 256,

    /// <summary>On the way to a root, and what comes and goes in it is told.</summary>
    Wide = 512,

    /// <summary>Ignored from now on; only its end is still told, for a while (see <see cref="LeavingEntries"/>).</summary>
    Leaving = 1024,

    /// <summary>A root that is a link to a file, and stands for that file.</summary>
    Follows = 2048,

    /// <summary>Came by a rename from somewhere that is not watched, or not yet: it may have changed places with what was there.</summary>
    FromUnseen = 4096,
}

/// <summary>A file or directory of the watched trees; 56 bytes, for there may be millions.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Entry
{
    public int Parent;
    public int Next;
    public int Previous;
    public int NextInBucket;
    public uint Hash;
    public int NameAt;
    public ushort NameLength;
    public EntryFlags Flags;

    /// <summary>Slot of the pending change plus one; 0 if there is none.</summary>
    public int Pending;

    /// <summary>Directories: the first child; 0 is none.</summary>
    public int FirstChild;

    /// <summary>Directories: the kernel's watch; 0 is none.</summary>
    public int Watch;

    /// <summary>Directories: which roots cover it (see <see cref="Coverage"/>).</summary>
    public ushort Cover;

    /// <summary>Files: fingerprint of the state last reported, 0 if unknown. Directories: when they came, in ticks, 0 if they were
    /// there.</summary>
    public ulong Mark;
}

/// <summary>
/// The watched trees in memory: entries in chunks, linked to their parents and siblings and found by (parent, name). Entry 1 is the root
/// of the filesystem. Owned by the watcher's thread.
/// </summary>
internal sealed class EntryTable
{
    public const int Root = 1;

    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly NamePool _names = new();
    private readonly List<Entry[]> _chunks = [new Entry[ChunkSize]];
    private int[] _buckets = new int[1024];
    private int _next = Root + 1;
    private int _free;

    public EntryTable()
    {
        this[Root].Flags = EntryFlags.Directory | EntryFlags.Pinned | EntryFlags.Exists;
        Count = 1;
    }

    public int Count { get; private set; }

    /// <summary>One more than the greatest index; an entry without a parent is a free place, or the root.</summary>
    public int End => _next;

    /// <summary>The reference stays good until the entry is removed: chunks never move.</summary>
    public ref Entry this[int index] => ref _chunks[index >> ChunkBits][index & (ChunkSize - 1)];

    public ReadOnlySpan<byte> Name(int index) => _names.Get(this[index].NameAt, this[index].NameLength);

    public bool Is(int index, EntryFlags flags) => (this[index].Flags & flags) == flags;

    /// <summary>0 if there is none.</summary>
    public int Find(int parent, ReadOnlySpan<byte> name)
    {
        var hash = HashOf(parent, name);
        for (var at = _buckets[hash & (uint)(_buckets.Length - 1)]; at != 0; at = this[at].NextInBucket)
            if (this[at].Hash == hash && this[at].Parent == parent && Name(at).SequenceEqual(name)) return at;
        return 0;
    }

    public int Add(int parent, ReadOnlySpan<byte> name, EntryFlags flags)
    {
        if (Count >= _buckets.Length) Rehash();
        var index = Take();
        ref var entry = ref this[index];
        entry = new Entry
        {
            Parent = parent,
            Flags = flags,
            Hash = HashOf(parent, name),
            NameLength = (ushort)name.Length,
            NameAt = _names.Add(name),
        };
        ref var bucket = ref _buckets[entry.Hash & (uint)(_buckets.Length - 1)];
        (entry.NextInBucket, bucket) = (bucket, index);
        ref var first = ref this[parent].FirstChild;
        entry.Next = first;
        if (first != 0) this[first].Previous = index;
        first = index;
        Count++;
        return index;
    }

    /// <summary>Forgets an entry without children.</summary>
    public void Remove(int index)
    {
        ref var entry = ref this[index];
        ref var link = ref _buckets[entry.Hash & (uint)(_buckets.Length - 1)];
        while (link != index) link = ref this[link].NextInBucket;
        link = entry.NextInBucket;
        if (entry.Previous != 0) this[entry.Previous].Next = entry.Next;
        else this[entry.Parent].FirstChild = entry.Next;
        if (entry.Next != 0) this[entry.Next].Previous = entry.Previous;
        _names.Remove(entry.NameAt, entry.NameLength);
        entry = new Entry { Next = _free };
        _free = index;
        Count--;
    }

    /// <summary>Follows names down from a directory; 0 if a step is missing.</summary>
    public int Walk(int from, ReadOnlySpan<byte> path)
    {
        while (from != 0 && !path.IsEmpty)
        {
            var slash = path.IndexOf((byte)'/');
            var name = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (!name.IsEmpty) from = Find(from, name);
        }
        return from;
    }

    private int Take()
    {
        if (_free != 0)
        {
            var index = _free;
            _free = this[index].Next;
            return index;
        }
        if (_next >> ChunkBits == _chunks.Count) _chunks.Add(new Entry[ChunkSize]);
        return _next++;
    }

    private void Rehash()
    {
        _buckets = new int[_buckets.Length * 2];
        for (var index = Root + 1; index < _next; index++)
        {
            ref var entry = ref this[index];
            if (entry.Parent == 0) continue;
            ref var bucket = ref _buckets[entry.Hash & (uint)(_buckets.Length - 1)];
            (entry.NextInBucket, bucket) = (bucket, index);
        }
    }

    // string.GetHashCode is Marvin32 with a seed of this process, so nobody can choose names that share a bucket. It takes pairs of bytes;
    // the odd one at the end, and the parent, are told apart by the mix.
    private static uint HashOf(int parent, ReadOnlySpan<byte> name)
    {
        var hash = (uint)string.GetHashCode(MemoryMarshal.Cast<byte, char>(name), StringComparison.Ordinal);
        if ((name.Length & 1) != 0) hash += (name[^1] + 1u) * 0x9e3779b1;
        hash ^= (uint)parent * 0x85ebca6b;
        hash ^= hash >> 15;
        hash *= 0x2c1b3c6d;
        return hash ^ (hash >> 13);
    }
}
