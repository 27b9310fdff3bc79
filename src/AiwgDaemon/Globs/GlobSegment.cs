using System.Runtime.InteropServices;

namespace AiwgDaemon.Globs;

internal enum GlobTokenKind : byte
{
    Char,
    AnyChar,
    Star,
    Class,
}

[StructLayout(LayoutKind.Auto)]
internal readonly record struct GlobToken(GlobTokenKind Kind, char Char, GlobClass? Class);

/// <summary>One segment of a pattern; plain text around at most one star, which is most of them, is compared as text.</summary>
internal sealed class GlobSegment
{
    /// <summary><c>**</c></summary>
    public static readonly GlobSegment AnyDepth = new([], isAnyDepth: true);

    private readonly GlobToken[] _tokens;

    private GlobSegment(GlobToken[] tokens, bool isAnyDepth = false)
    {
        _tokens = tokens;
        IsAnyDepth = isAnyDepth;
        if (isAnyDepth) return;
        var star = Array.FindIndex(tokens, t => t.Kind == GlobTokenKind.Star);
        var text =
            tokens.All(t => t.Kind is GlobTokenKind.Char or GlobTokenKind.Star)
            && (star < 0 || Array.FindLastIndex(tokens, t => t.Kind == GlobTokenKind.Star) == star);
        if (!text)
            return;
        IsText = true;
        HasStar = star >= 0;
        Prefix = Text(tokens.AsSpan(0, star < 0 ? tokens.Length : star));
        Suffix = star < 0 ? "" : Text(tokens.AsSpan(star + 1));
    }

    public bool IsAnyDepth { get; }

    /// <summary>True if the segment is <see cref="Prefix"/>, or that, a star and <see cref="Suffix"/>.</summary>
    public bool IsText { get; }

    public bool HasStar { get; }
    public string Prefix { get; } = "";
    public string Suffix { get; } = "";

    public static GlobSegment Compile(List<GlobToken> tokens) => new([.. tokens]);

    public bool IsMatch(ReadOnlySpan<char> segment)
    {
        if (!IsText) return IsTokenMatch(segment);
        if (!HasStar) return segment.SequenceEqual(Prefix);
        return segment.Length >= Prefix.Length + Suffix.Length
            && segment.StartsWith(Prefix, StringComparison.Ordinal) && segment.EndsWith(Suffix, StringComparison.Ordinal);
    }

    // Only the last star needs to be retried: an earlier one has the shortest text that lets the rest match already.
    private bool IsTokenMatch(ReadOnlySpan<char> text)
    {
        int token = 0, at = 0, retryToken = -1, retryAt = 0;
        while (true)
        {
            if (token < _tokens.Length && _tokens[token].Kind == GlobTokenKind.Star)
            {
                retryToken = ++token;
                retryAt = at;
            }
            else if (token < _tokens.Length && at < text.Length && Step(_tokens[token], text, at) is var taken and > 0)
            {
                token++;
                at += taken;
            }
            else if (token == _tokens.Length && at == text.Length)
            {
                return true;
            }
            else
            {
                if (retryToken < 0 || ++retryAt > text.Length) return false;
                token = retryToken;
                at = retryAt;
            }
        }
    }

    private static int Step(in GlobToken token, ReadOnlySpan<char> text, int at) => token.Kind switch
    {
        GlobTokenKind.Char => text[at] == token.Char ? 1 : 0,
        GlobTokenKind.Class => token.Class!.Contains(text[at]) ? 1 : 0,
        // One character for people: a surrogate pair counts once.
        _ => char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1,
    };

    private static string Text(ReadOnlySpan<GlobToken> tokens)
    {
        Span<char> chars = stackalloc char[tokens.Length];
        for (var i = 0; i < tokens.Length; i++) chars[i] = tokens[i].Char;
        return new string(chars);
    }
}
