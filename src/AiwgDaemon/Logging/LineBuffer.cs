namespace AiwgDaemon.Logging;

/// <summary>Whole lines that wait to be written, the oldest first. Not thread-safe.</summary>
internal sealed class LineBuffer
{
    /// <summary>Bytes that are written in one go.</summary>
    public const int BatchBytes = 64 * 1024;

    private byte[] _bytes = new byte[BatchBytes];

    /// <summary>Bytes of all lines.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Lines => _bytes.AsSpan(0, Length);

    /// <summary>Takes a line with its newline.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        if (Length + line.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + line.Length));
        line.CopyTo(_bytes.AsSpan(Length));
        Length += line.Length;
    }

    /// <summary>Forgets the first lines, as many bytes as they have.</summary>
    public void Remove(int bytes)
    {
        _bytes.AsSpan(bytes, Length - bytes).CopyTo(_bytes);
        Length -= bytes;
    }

    /// <summary>Gives the memory of a flood back, once its lines are written.</summary>
    public void Trim()
    {
        if (Length == 0 && _bytes.Length > 2 * BatchBytes) _bytes = new byte[BatchBytes];
    }
}
