namespace AiwgDaemon.Globs;

/// <summary>A bracket expression of a git pattern: <c>[a-z]</c>, <c>[!a]</c>, <c>[^a]</c>, <c>[[:alpha:]]</c>; bytes, locale C.</summary>
internal static class GitCharacterClass
{
    /// <summary>Whether the class that starts at <paramref name="at"/> holds the byte; moves past it. Null if the class is
    /// malformed.</summary>
    public static bool? Contains(ReadOnlySpan<byte> pattern, ref int at, byte value)
    {
        var p = at + 1;
        var negated = p < pattern.Length && pattern[p] is (byte)'!' or (byte)'^';
        if (negated) p++;
        var found = false;
        // What a range may start with: the member before the dash, or 0 if that was a range or a named class.
        byte previous = 0;
        for (var first = true; ; first = false, p++)
        {
            if (p >= pattern.Length) return null;
            var c = pattern[p];
            if (c == ']' && !first) break;
            if (c == '-' && previous != 0 && p + 1 < pattern.Length && pattern[p + 1] != ']')
            {
                p++;
                if (pattern[p] == '\\' && ++p >= pattern.Length) return null;
                found |= value >= previous && value <= pattern[p];
                previous = 0;
            }
            else if (c == '[' && p + 1 < pattern.Length && pattern[p + 1] == ':')
            {
                var end = pattern[(p + 2)..].IndexOf((byte)']');
                if (end < 0) return null;
                if (end > 0 && pattern[p + 1 + end] == ':')
                {
                    var member = IsNamed(pattern.Slice(p + 2, end - 1), value);
                    if (member is null) return null;
                    found |= member.Value;
                    p += end + 2;
                    previous = 0;
                }
                else
                {
                    // No ":]": an ordinary bracket and what follows it.
                    found |= value == '[';
                    previous = (byte)'[';
                }
            }
            else
            {
                if (c == '\\' && ++p >= pattern.Length) return null;
                found |= value == pattern[p];
                previous = pattern[p];
            }
        }
        at = p + 1;
        return found != negated;
    }

    private static bool? IsNamed(ReadOnlySpan<byte> name, byte value)
    {
        var c = (char)value;
        if (name.SequenceEqual("alnum"u8)) return char.IsAsciiLetterOrDigit(c);
        if (name.SequenceEqual("alpha"u8)) return char.IsAsciiLetter(c);
        if (name.SequenceEqual("blank"u8)) return c is ' ' or '\t';
        if (name.SequenceEqual("cntrl"u8)) return c is < ' ' or '\x7f';
        if (name.SequenceEqual("digit"u8)) return char.IsAsciiDigit(c);
        if (name.SequenceEqual("graph"u8)) return c is > ' ' and < '\x7f';
        if (name.SequenceEqual("lower"u8)) return char.IsAsciiLetterLower(c);
        if (name.SequenceEqual("print"u8)) return c is >= ' ' and < '\x7f';
        if (name.SequenceEqual("punct"u8)) return c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c);
        if (name.SequenceEqual("space"u8)) return c is ' ' or (>= '\t' and <= '\r');
        if (name.SequenceEqual("upper"u8)) return char.IsAsciiLetterUpper(c);
        if (name.SequenceEqual("xdigit"u8)) return char.IsAsciiHexDigit(c);
        return null;
    }
}
