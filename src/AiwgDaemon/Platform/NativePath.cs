using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace AiwgDaemon.Platform;

/// <summary>
/// File names, arguments and environment values as .NET strings without loss: each byte that is not part of valid UTF-8
/// stands as a lone surrogate U+DC80 … U+DCFF, as in Python's <c>surrogateescape</c> (PEP 383). Any bytes survive the way
/// there and back; a lone surrogate outside that range, which no byte stands for, becomes U+FFFD.
/// </summary>
internal static class NativePath
{
    private const char FirstEscape = '\uDC80';
    private const char LastEscape = '\uDCFF';

    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
                bytes = bytes[consumed..];
                continue;
            }
            text.Append((char)(0xDC00 + bytes[0]));
            bytes = bytes[1..];
        }
        return text.ToString();
    }

    /// <summary>Decodes into a buffer that has room for a char per byte, without allocating; the number of chars.</summary>
    public static int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        var written = 0;
        while (
            Utf8.ToUtf16(bytes, chars[written..], out var read, out var now, replaceInvalidSequences: false) == OperationStatus.InvalidData
        )
        {
            written += now;
            chars[written++] = (char)(0xDC00 + bytes[read]);
            bytes = bytes[(read + 1)..];
        }
        Utf8.ToUtf16(bytes, chars[written..], out _, out var rest, replaceInvalidSequences: false);
        return written + rest;
    }

    /// <summary>True if the name has bytes that are not valid UTF-8.</summary>
    public static bool HasEscapes(ReadOnlySpan<char> text) => IndexOfEscape(text) >= 0;

    /// <summary>For people and JSON: each byte that is not valid UTF-8 shown as <c>\xNN</c>.</summary>
    public static string ToDisplay(string text)
    {
        var rest = text.AsSpan();
        if (!HasEscapes(rest)) return text;
        var shown = new StringBuilder(text.Length + 16);
        for (int escape; (escape = IndexOfEscape(rest)) >= 0; rest = rest[(escape + 1)..])
            shown.Append(rest[..escape]).Append("\\x").Append((rest[escape] - 0xDC00).ToString("x2"));
        return shown.Append(rest).ToString();
    }

    public static byte[] ToBytes(string text)
    {
        var bytes = new byte[ByteCount(text)];
        Encode(text, bytes);
        return bytes;
    }

    /// <summary>Number of bytes that <see cref="Encode"/> writes.</summary>
    public static int ByteCount(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (int escape; (escape = IndexOfEscape(text)) >= 0; text = text[(escape + 1)..])
            count += Encoding.UTF8.GetByteCount(text[..escape]) + 1;
        return count + Encoding.UTF8.GetByteCount(text);
    }

    /// <summary>Writes the exact bytes and returns their number.</summary>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var written = 0;
        for (int escape; (escape = IndexOfEscape(text)) >= 0; text = text[(escape + 1)..])
        {
            written += Encoding.UTF8.GetBytes(text[..escape], bytes[written..]);
            bytes[written++] = (byte)(text[escape] - 0xDC00);
        }
        return written + Encoding.UTF8.GetBytes(text, bytes[written..]);
    }

    // A low surrogate after a high one is half of a character beyond the basic plane.
    private static int IndexOfEscape(ReadOnlySpan<char> text)
    {
        var from = 0;
        while (text[from..].IndexOfAnyInRange(FirstEscape, LastEscape) is >= 0 and var found)
        {
            from += found;
            if (from == 0 || !char.IsHighSurrogate(text[from - 1])) return from;
            from++;
        }
        return -1;
    }
}
