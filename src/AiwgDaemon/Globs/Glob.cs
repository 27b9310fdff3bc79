using System.Diagnostics.CodeAnalysis;

namespace AiwgDaemon.Globs;

/// <summary>
/// A compiled path pattern, matched against a whole path with <c>/</c> separators: <c>*</c> and <c>?</c> within a segment,
/// <c>**</c> as a segment for any number of directories, <c>[a-z]</c>, <c>[!a]</c>, <c>{a,b}</c> (may be nested),
/// <c>\</c> before a character that is meant literally, and a trailing <c>/</c> for all below a directory.
/// Case-sensitive. Immutable, thread-safe; matching allocates nothing.
/// </summary>
internal sealed class Glob
{
    // No path is as long, and braces make up to 256 patterns of one.
    private const int MaxLength = 8192;

    private readonly GlobAlternative[] _alternatives;

    private Glob(string pattern, GlobAlternative[] alternatives)
    {
        Pattern = pattern;
        _alternatives = alternatives;
    }

    /// <summary>The pattern as written.</summary>
    public string Pattern { get; }

    /// <summary>Compiles a pattern; false with a reason ("has …", "is …") if it is malformed or can never match.</summary>
    public static bool TryParse(string pattern, [NotNullWhen(true)] out Glob? glob, [NotNullWhen(false)] out string? error)
    {
        glob = null;
        error = null;
        if (pattern.Length == 0)
        {
            error = "is empty";
            return false;
        }
        if (pattern.Length > MaxLength)
        {
            error = $"has {pattern.Length} characters, more than the {MaxLength} that a pattern may have; write several patterns";
            return false;
        }
        if (!GlobBraces.TryExpand(pattern, out var expanded, out error)) return false;
        var alternatives = new GlobAlternative[expanded.Count];
        for (var i = 0; i < alternatives.Length; i++)
        {
            if (!GlobParser.TryParse(expanded[i], out var alternative, out error)) return false;
            alternatives[i] = alternative;
        }
        glob = new Glob(pattern, alternatives);
        return true;
    }

    public bool IsMatch(ReadOnlySpan<char> path)
    {
        foreach (var alternative in _alternatives)
            if (alternative.IsMatch(path)) return true;
        return false;
    }

    public override string ToString() => Pattern;
}
