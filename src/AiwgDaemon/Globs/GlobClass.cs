using System.Diagnostics.CodeAnalysis;

namespace AiwgDaemon.Globs;

/// <summary>The characters of <c>[…]</c>: ranges, with a bit set for ASCII. Never matches a slash.</summary>
internal sealed class GlobClass
{
    private readonly bool _negated;
    private readonly (char Low, char High)[] _ranges;
    private readonly UInt128 _ascii;

    private GlobClass(bool negated, (char Low, char High)[] ranges)
    {
        _negated = negated;
        _ranges = ranges;
        for (var c = '\0'; c < 128; c++)
            if (InRanges(c) != negated) _ascii |= UInt128.One << c;
        _ascii &= ~(UInt128.One << '/');
    }

    public bool Contains(char c) => c < 128 ? (_ascii >> c & 1) != 0 : InRanges(c) != _negated;

    /// <summary>Parses what is between the brackets.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out GlobClass? result, [NotNullWhen(false)] out string? error)
    {
        result = null;
        var negated = text is ['!' or '^', ..];
        if (negated) text = text[1..];
        var ranges = new List<(char Low, char High)>();
        while (text.Length > 0)
        {
            var low = Take(ref text);
            var high = low;
            if (text is ['-', _, ..])
            {
                text = text[1..];
                high = Take(ref text);
            }
            if (high < low)
            {
                error = $"has the reversed range {low}-{high}; write {high}-{low}";
                return false;
            }
            ranges.Add((low, high));
        }
        if (!negated && ranges.TrueForAll(r => r is { Low: '/', High: '/' }))
        {
            error = "has a class that matches no character";
            return false;
        }
        error = null;
        result = new GlobClass(negated, [.. ranges]);
        return true;
    }

    private static char Take(ref ReadOnlySpan<char> text)
    {
        var at = text[0] == '\\' && text.Length > 1 ? 1 : 0;
        var c = text[at];
        text = text[(at + 1)..];
        return c;
    }

    private bool InRanges(char c)
    {
        foreach (var (low, high) in _ranges)
            if (c >= low && c <= high) return true;
        return false;
    }
}
