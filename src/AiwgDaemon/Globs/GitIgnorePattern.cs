namespace AiwgDaemon.Globs;

/// <summary>One line of a <c>.gitignore</c> file.</summary>
internal sealed class GitIgnorePattern
{
    private readonly byte[] _pattern;
    private readonly bool _directoriesOnly;

    // No slash but at the end: holds for the name at any depth.
    private readonly bool _byName;

    // "*.x": by far the most frequent pattern with a wildcard.
    private readonly bool _isSuffix;

    // Length of the text before the first special character.
    private readonly int _plain;

    private GitIgnorePattern(byte[] pattern, bool negated, bool directoriesOnly, bool byName)
    {
        _pattern = pattern;
        Negated = negated;
        _directoriesOnly = directoriesOnly;
        _byName = byName;
        _plain = PlainLength(pattern);
        _isSuffix = byName && pattern is [(byte)'*', ..] && PlainLength(pattern.AsSpan(1)) == pattern.Length - 1;
    }

    public bool Negated { get; }

    public static GitIgnorePattern Parse(ReadOnlySpan<byte> line)
    {
        var negated = line[0] == '!';
        if (negated) line = line[1..];
        var directoriesOnly = line is [.., (byte)'/'];
        if (directoriesOnly) line = line[..^1];
        var byName = !line.Contains((byte)'/');
        if (line is [(byte)'/', ..]) line = line[1..];
        return new GitIgnorePattern(line.ToArray(), negated, directoriesOnly, byName);
    }

    public bool IsMatch(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (_directoriesOnly && !isDirectory) return false;
        var subject = _byName ? name : path;
        if (_plain == _pattern.Length) return subject.SequenceEqual(_pattern);
        if (_isSuffix) return subject.EndsWith(_pattern.AsSpan(1));
        if (_byName) return GitWildmatch.IsMatch(_pattern, subject, pathname: false);
        // git compares the plain text first and matches the rest as a pattern of its own, in which ** at its start counts as
        // standing after a slash: a/b** spans directories. It is kept, for the semantics are git's.
        return subject.StartsWith(_pattern.AsSpan(0, _plain)) && GitWildmatch.IsMatch(_pattern.AsSpan(_plain), subject[_plain..], pathname: true);
    }

    private static int PlainLength(ReadOnlySpan<byte> pattern)
    {
        var at = pattern.IndexOfAny("*?[\\"u8);
        return at < 0 ? pattern.Length : at;
    }
}
