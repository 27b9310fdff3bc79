namespace AiwgDaemon.Globs;

/// <summary>
/// The matching of git's patterns as gitignore(5) and git's behaviour define it: byte by byte; with <c>pathname</c>, <c>*</c>, <c>?</c> and
/// classes stop at a slash, and <c>**</c> between slashes spans directories. A star that can no longer succeed ends the search at once, which
/// keeps hostile patterns from taking exponential time.
/// </summary>
internal static class GitWildmatch
{
    private enum Outcome
    {
        Match,
        NoMatch,

        /// <summary>The text is used up: no star further left can help.</summary>
        OutOfText,

        /// <summary>Only a star that spans directories, further left, can help.</summary>
        NeedsSpan,
    }

    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool pathname) => Match(pattern, text, pathname) == Outcome.Match;

    private static Outcome Match(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool pathname)
    {
        var p = 0;
        var t = 0;
        while (p < pattern.Length)
        {
            var c = pattern[p];
            if (c == '*') return MatchStar(pattern, p, text, t, pathname);
            if (t == text.Length) return Outcome.OutOfText;
            switch (c)
            {
                case (byte)'?':
                    if (pathname && text[t] == '/') return Outcome.NoMatch;
                    p++;
                    break;
                case (byte)'[':
                    var inClass = GitCharacterClass.Contains(pattern, ref p, text[t]);
                    if (inClass is null) return Outcome.OutOfText;
                    if (!inClass.Value || (pathname && text[t] == '/')) return Outcome.NoMatch;
                    break;
                case (byte)'\\':
                    // A backslash at the end stands for nothing that a name could have.
                    if (++p == pattern.Length || pattern[p] != text[t]) return Outcome.NoMatch;
                    p++;
                    break;
                default:
                    if (c != text[t]) return Outcome.NoMatch;
                    p++;
                    break;
            }
            t++;
        }
        return t == text.Length ? Outcome.Match : Outcome.NoMatch;
    }

    private static Outcome MatchStar(ReadOnlySpan<byte> pattern, int star, ReadOnlySpan<byte> text, int t, bool pathname)
    {
        var p = star;
        while (p < pattern.Length && pattern[p] == '*') p++;
        var rest = pattern[p..];
        var spans = !pathname || (p - star > 1 && IsBetweenSlashes(pattern, star, rest));
        if (spans && pathname && rest is [(byte)'/', ..] && Match(rest[1..], text[t..], pathname) == Outcome.Match) return Outcome.Match;
        if (rest.IsEmpty) return spans || !text[t..].Contains((byte)'/') ? Outcome.Match : Outcome.NeedsSpan;
        if (!spans && rest[0] == '/')
        {
            // A single star before a slash takes the rest of the name; nothing is left to try.
            var slash = text[t..].IndexOf((byte)'/');
            return slash < 0 ? Outcome.OutOfText : Match(rest[1..], text[(t + slash + 1)..], pathname);
        }
        for (; t < text.Length; t++)
        {
            if (rest[0] is not ((byte)'*' or (byte)'?' or (byte)'[' or (byte)'\\'))
            {
                // Straight to the next place where the rest can begin.
                var next = text[t..].IndexOf(rest[0]);
                var slash = spans ? -1 : text[t..].IndexOf((byte)'/');
                if (slash >= 0 && (next < 0 || next > slash)) return Outcome.NeedsSpan;
                if (next < 0) return spans ? Outcome.OutOfText : Outcome.NeedsSpan;
                t += next;
            }
            var outcome = Match(rest, text[t..], pathname);
            if (outcome != Outcome.NoMatch)
            {
                if (!spans || outcome != Outcome.NeedsSpan) return outcome;
            }
            else if (!spans && text[t] == '/')
            {
                return Outcome.NeedsSpan;
            }
        }
        return Outcome.OutOfText;
    }

    private static bool IsBetweenSlashes(ReadOnlySpan<byte> pattern, int star, ReadOnlySpan<byte> rest) =>
        (star == 0 || pattern[star - 1] == '/') && (rest.IsEmpty || rest[0] == '/' || rest is [(byte)'\\', (byte)'/', ..]);
}
