namespace AiwgDaemon.Globs;

/// <summary>
/// The matching of git's patterns as gitignore(5) and git's behaviour define it: byte by byte; with <c>pathname</c>, <c>*</c>, <c>?</c> and
/// classes stop at a slash, and <c>**</c> between slashes spans directories. Iterative: of the stars that stay in a name, and of those that
/// span directories, only the last one is tried again, so time grows with pattern × text and never exponentially.
/// </summary>
internal static class GitWildmatch
{
    /// <summary>Whether the pattern matches the whole text. Each step takes one from the budget; once that is used up, nothing
    /// matches.</summary>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool pathname, ref int budget)
    {
        int p = 0, t = 0, star = -1, starAt = 0, span = -1, spanAt = 0;
        var spanAfterSlash = false;
        while (--budget >= 0)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                var first = p;
                while (p < pattern.Length && pattern[p] == '*') p++;
                var rest = pattern[p..];
                if (pathname && !(p - first > 1 && IsBetweenSlashes(pattern, first, rest)))
                {
                    (star, starAt) = (p, t);
                    continue;
                }
                if (rest.IsEmpty) return true;
                // An earlier star has the shortest text that lets the part before this one match: nothing is won by a longer one.
                star = -1;
                // "**/" stands for nothing, or for anything up to a slash.
                spanAfterSlash = pathname && rest[0] == '/';
                if (spanAfterSlash) p++;
                (span, spanAt) = (p, t);
                continue;
            }
            if (p == pattern.Length ? t == text.Length : Step(pattern, ref p, text, t, pathname, ref budget))
            {
                if (p == pattern.Length && t == text.Length) return true;
                t++;
                continue;
            }
            if (star >= 0 && NextInName(pattern, star, text, ref starAt, pathname))
            {
                (p, t) = (star, starAt);
                continue;
            }
            star = -1;
            if (span < 0 || !NextSpan(text, ref spanAt, spanAfterSlash)) return false;
            (p, t) = (span, spanAt);
        }
        return false;
    }

    // One element of the pattern against one byte; moves past the element if they agree.
    private static bool Step(ReadOnlySpan<byte> pattern, ref int p, ReadOnlySpan<byte> text, int t, bool pathname, ref int budget)
    {
        if (t == text.Length) return false;
        var value = text[t];
        switch (pattern[p])
        {
            case (byte)'?':
                if (pathname && value == '/') return false;
                p++;
                return true;
            case (byte)'[':
                var end = p;
                // A malformed class matches nothing.
                var agrees = GitCharacterClass.Contains(pattern, ref end, value) == true && !(pathname && value == '/');
                budget -= end - p;
                if (agrees) p = end;
                return agrees;
            case (byte)'\\':
                // A backslash at the end stands for nothing that a name could have.
                if (p + 1 == pattern.Length || pattern[p + 1] != value) return false;
                p += 2;
                return true;
            default:
                if (pattern[p] != value) return false;
                p++;
                return true;
        }
    }

    // The next place where the rest after a star can begin; a star within a path stops at a slash.
    private static bool NextInName(ReadOnlySpan<byte> pattern, int rest, ReadOnlySpan<byte> text, ref int at, bool pathname)
    {
        if (at == text.Length || (pathname && text[at] == '/')) return false;
        at++;
        if (rest == pattern.Length || pattern[rest] is (byte)'*' or (byte)'?' or (byte)'[' or (byte)'\\') return true;
        var next = pathname ? text[at..].IndexOfAny(pattern[rest], (byte)'/') : text[at..].IndexOf(pattern[rest]);
        if (next < 0) return false;
        at += next;
        return text[at] == pattern[rest];
    }

    private static bool NextSpan(ReadOnlySpan<byte> text, ref int at, bool afterSlash)
    {
        if (!afterSlash) return ++at <= text.Length;
        var slash = text[at..].IndexOf((byte)'/');
        at += slash + 1;
        return slash >= 0;
    }

    private static bool IsBetweenSlashes(ReadOnlySpan<byte> pattern, int star, ReadOnlySpan<byte> rest) =>
        (star == 0 || pattern[star - 1] == '/') && (rest.IsEmpty || rest[0] == '/' || rest is [(byte)'\\', (byte)'/', ..]);
}
