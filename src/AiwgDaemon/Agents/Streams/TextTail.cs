using System.Buffers;
using System.Text;

namespace AiwgDaemon.Agents.Streams;

/// <summary>The end of an output that is text: it says how it went. Bounded. Not thread-safe.</summary>
internal sealed class TextTail
{
    /// <summary>In bytes.</summary>
    public const int Largest = 1024 * 1024;

    private ArrayBufferWriter<byte> _bytes = new();

    public string Text => Encoding.UTF8.GetString(Last(_bytes.WrittenSpan));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        if (_bytes.WrittenCount < 2 * Largest) return;
        var kept = new ArrayBufferWriter<byte>(Largest);
        kept.Write(Last(_bytes.WrittenSpan));
        _bytes = kept;
    }

    private static ReadOnlySpan<byte> Last(ReadOnlySpan<byte> bytes) => bytes.Length <= Largest ? bytes : bytes[^Largest..];
}
