using System.Text;
using System.Text.Unicode;

namespace AiwgDaemon.Config;

/// <summary>
/// Makes text of the bytes of a file: UTF-8, or UTF-16 with a byte order mark. What no YAML parser should see (invalid
/// bytes, NUL, control characters) is refused here, with its place.
/// </summary>
internal static class ConfigText
{
    /// <summary>In characters.</summary>
    public const int LongestLine = 1_000_000;

    public static string? Decode(ReadOnlySpan<byte> content, Findings findings)
    {
        if (content.StartsWith(Encoding.UTF8.Preamble)) content = content[Encoding.UTF8.Preamble.Length..];
        // Before UTF-16, whose mark is the first half of this one's.
        else if (content.StartsWith(Encoding.UTF32.Preamble) || content.StartsWith([(byte)0, (byte)0, (byte)0xfe, (byte)0xff]))
        {
            findings.Error(Place.None, "", "is UTF-32", "save it as UTF-8");
            return null;
        }
        else if (content.StartsWith([(byte)0xff, (byte)0xfe])) return DecodeUtf16(content[2..], Encoding.Unicode, findings);
        else if (content.StartsWith([(byte)0xfe, (byte)0xff])) return DecodeUtf16(content[2..], Encoding.BigEndianUnicode, findings);
        else if (content.Length >= 2 && (content[0] == 0) != (content[1] == 0))
        {
            findings.Error(Place.None, "", "seems to be UTF-16 without a byte order mark", "save it as UTF-8");
            return null;
        }
        if (!Utf8.IsValid(content))
        {
            var valid = ValidPrefix(content);
            findings.Error(PlaceAfter(Encoding.UTF8.GetString(content[..valid])), "",
                $"has the byte 0x{content[valid]:x2}, which is not UTF-8", "save the file as UTF-8");
            return null;
        }
        return Checked(Encoding.UTF8.GetString(content), findings);
    }

    private static string? DecodeUtf16(ReadOnlySpan<byte> content, Encoding encoding, Findings findings)
    {
        var text = encoding.GetString(content);
        // The decoder puts U+FFFD for what is not UTF-16.
        var bad = content.Length % 2 != 0 ? text.Length - 1 : text.IndexOf('\uFFFD', StringComparison.Ordinal);
        if (bad < 0) return Checked(text, findings);
        findings.Error(PlaceAfter(text.AsSpan(0, bad)), "", "is not valid UTF-16", "save the file as UTF-8");
        return null;
    }

    private static string? Checked(string text, Findings findings)
    {
        // The parser's time for one line grows faster than the line.
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length <= LongestLine)
                continue;
            findings.Error(
                Place.None,
                "",
                $"has a line of {line.Length} characters, more than the {LongestLine} that are read",
                "break it"
            );
            return null;
        }
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= ' ' and not '\x7f' and not '\uFEFF' or '\n' or '\r' or '\t') continue;
            var place = PlaceAfter(text.AsSpan(0, i));
            if (c == '\uFEFF')
                findings.Error(
                    place,
                    "",
                    "has a byte order mark (U+FEFF) inside the text, as files have that were put together",
                    "remove it, or write \\uFEFF in double quotes"
                );
            else if (c == 0)
                findings.Error(place, "", "has a NUL character", "remove it");
            else
                findings.Error(
                    place,
                    "",
                    $"has the control character U+{(int)c:X4}",
                    $"remove it, or write \\x{(int)c:x2} in double quotes"
                );
            return null;
        }
        return text;
    }

    private static int ValidPrefix(ReadOnlySpan<byte> content)
    {
        var at = 0;
        while (at < content.Length && Rune.DecodeFromUtf8(content[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        return at;
    }

    /// <summary>Where the character after this text stands; lines end with LF, CRLF or CR.</summary>
    public static Place PlaceAfter(ReadOnlySpan<char> text)
    {
        var line = 1;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\n' && (text[i] != '\r' || (i + 1 < text.Length && text[i + 1] == '\n'))) continue;
            line++;
            start = i + 1;
        }
        return new(line, text.Length - start + 1);
    }
}
