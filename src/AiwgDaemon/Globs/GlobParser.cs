using System.Diagnostics.CodeAnalysis;

namespace AiwgDaemon.Globs;

/// <summary>Compiles one pattern without braces; refuses what is malformed or can never match a path.</summary>
internal static class GlobParser
{
    public static bool TryParse(
        string pattern,
        [NotNullWhen(true)] out GlobAlternative? alternative,
        [NotNullWhen(false)] out string? error
    )
    {
        alternative = null;
        if (pattern.EndsWith('/')) pattern += "**";
        var parts = SplitSegments(pattern);
        var segments = new List<GlobSegment>(parts.Count);
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            error = part switch
            {
                // A leading slash stands for an absolute path.
                "" when i > 0 || parts.Count == 1 => "has an empty segment, which no path has; write one / only",
                "." or ".." => $"has the segment '{part}', which no path has; leave it out",
                _ => null,
            };
            if (error is not null) return false;
            if (part == "**" && segments is [.., { IsAnyDepth: true }]) continue;
            if (!TryParseSegment(part, out var segment, out error)) return false;
            segments.Add(segment);
        }
        error = null;
        alternative = new GlobAlternative([.. segments]);
        return true;
    }

    /// <summary>The index of the bracket that closes the class at <paramref name="start"/>, or -1.</summary>
    public static int EndOfClass(string pattern, int start)
    {
        var i = start + 1;
        if (i < pattern.Length && pattern[i] is '!' or '^') i++;
        // The first member may be the bracket itself, as in POSIX.
        for (var first = true; i < pattern.Length; i++, first = false)
        {
            if (pattern[i] == '\\') i++;
            else if (pattern[i] == ']' && !first) return i;
        }
        return -1;
    }

    private static List<string> SplitSegments(string pattern)
    {
        var parts = new List<string>();
        var from = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\') i++;
            else if (pattern[i] == '[') i = Math.Max(i, EndOfClass(pattern, i));
            else if (pattern[i] == '/')
            {
                parts.Add(pattern[from..i]);
                from = i + 1;
            }
        }
        parts.Add(pattern[from..]);
        return parts;
    }

    private static bool TryParseSegment(string text, [NotNullWhen(true)] out GlobSegment? segment, [NotNullWhen(false)] out string? error)
    {
        segment = null;
        error = null;
        if (text == "**")
        {
            segment = GlobSegment.AnyDepth;
            return true;
        }
        var tokens = new List<GlobToken>();
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '*':
                    if (tokens is not [.., { Kind: GlobTokenKind.Star }]) tokens.Add(new(GlobTokenKind.Star, '\0', null));
                    break;
                case '?':
                    tokens.Add(new(GlobTokenKind.AnyChar, '\0', null));
                    break;
                case '\\':
                    if (++i == text.Length)
                    {
                        error = "ends with a \\ that escapes nothing; write \\\\ for the character";
                        return false;
                    }
                    tokens.Add(new(GlobTokenKind.Char, text[i], null));
                    break;
                case '[':
                    var end = EndOfClass(text, i);
                    if (end < 0)
                    {
                        error = "has a [ without a ]; write \\[ for the character";
                        return false;
                    }
                    if (!GlobClass.TryParse(text.AsSpan(i + 1, end - i - 1), out var members, out error)) return false;
                    tokens.Add(new(GlobTokenKind.Class, '\0', members));
                    i = end;
                    break;
                case '\0':
                    error = "has a NUL, which no path has";
                    return false;
                default:
                    tokens.Add(new(GlobTokenKind.Char, text[i], null));
                    break;
            }
        }
        segment = GlobSegment.Compile(tokens);
        return true;
    }
}
