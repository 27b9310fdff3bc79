namespace AiwgDaemon.Config.Description;

/// <summary>The known word that somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary>Longer words are nobody's slip of the pen, and would cost time.</summary>
    private const int LongestWord = 64;

    /// <summary>Null if none is near.</summary>
    public static string? To(string word, IEnumerable<string> known)
    {
        if (word.Length > LongestWord) return null;
        var plain = Plain(word);
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in known)
        {
            if (candidate.Length > LongestWord) continue;
            var allowed = Math.Min(3, Math.Max(candidate.Length, word.Length) / 3);
            var distance = Distance(plain, Plain(candidate), allowed);
            if (distance > allowed || distance >= bestDistance) continue;
            (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>As words for a message.</summary>
    public static string? Hint(string word, IEnumerable<string> known) => To(word, known) is { } near ? $"did you mean {near}?" : null;

    /// <summary>camelCase, kebab-case and snake_case are the same word.</summary>
    private static string Plain(string word) =>
        word.AsSpan().IndexOfAnyExceptInRange('a', 'z') < 0
            ? word
            : word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Optimal string alignment: insertions, deletions, substitutions, swapped neighbours (Damerau, Levenshtein). Given up if
    /// it is more than the limit.</summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit) return int.MaxValue;
        var least = 0;
        Span<int> before = stackalloc int[LongestWord + 1];
        Span<int> previous = stackalloc int[LongestWord + 1];
        Span<int> current = stackalloc int[LongestWord + 1];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            var (leastBefore, leastHere) = (least, i);
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = Math.Min(current[j], before[j - 2] + 1);
                leastHere = Math.Min(leastHere, current[j]);
            }
            // The next row comes of this one and, by a swap, of the one before.
            if (leastHere > limit && leastBefore > limit) return int.MaxValue;
            least = leastHere;
            var free = before;
            before = previous;
            previous = current;
            current = free;
        }
        return previous[b.Length];
    }
}
