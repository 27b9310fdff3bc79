using System.Buffers.Binary;

namespace AiwgDaemon.Sources.Watch.Entries;

/// <summary>Names of entries, packed into chunks; the place of a removed name is used again for one of about the same length.</summary>
internal sealed class NamePool
{
    private const int ChunkBits = 16;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<byte[]> _chunks = [];

    // Heads of the free lists by length in words; a free place holds the position of the next, plus one.
    private readonly int[] _free = new int[1024];
    private int _used = ChunkSize;

    public ReadOnlySpan<byte> Get(int at, int length) => _chunks[at >> ChunkBits].AsSpan(at & (ChunkSize - 1), length);

    public int Add(ReadOnlySpan<byte> name)
    {
        var words = Words(name.Length);
        var at = _free[words] - 1;
        if (at >= 0)
        {
            _free[words] = BinaryPrimitives.ReadInt32LittleEndian(Get(at, 4));
        }
        else
        {
            if (_used + (words * 4) > ChunkSize)
            {
                _chunks.Add(new byte[ChunkSize]);
                _used = 0;
            }
            at = ((_chunks.Count - 1) << ChunkBits) | _used;
            _used += words * 4;
        }
        name.CopyTo(_chunks[at >> ChunkBits].AsSpan(at & (ChunkSize - 1)));
        return at;
    }

    public void Remove(int at, int length)
    {
        var words = Words(length);
        BinaryPrimitives.WriteInt32LittleEndian(_chunks[at >> ChunkBits].AsSpan(at & (ChunkSize - 1)), _free[words]);
        _free[words] = at + 1;
    }

    private static int Words(int length) => Math.Max(1, (length + 3) / 4);
}
