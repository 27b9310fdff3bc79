using System.Runtime.InteropServices;

namespace AiwgDaemon.Globs;

/// <summary>One line of a <c>.gitignore</c> file, as a part of the file's text: 16 bytes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct GitIgnorePattern
{
    private readonly int _start;
    private readonly int _length;

    // Length of the text before the first special character.
    private readonly int _plain;

    private readonly bool _directoriesOnly;

    // No slash but at the end: holds for the name at any depth.
    private readonly bool _byName;

    // "*.x": by far the most frequent pattern with a wildcard.
    private readonly bool _isSuffix;

    private GitIgnorePattern(ReadOnlySpan<byte> pattern, int start, bool negated, bool directoriesOnly, bool byName)
    {
        (_start, _length) = (start, pattern.Length);
        Negated = negated;
        _directoriesOnly = directoriesOnly;
        _byName = byName;
        _plain = PlainLength(pattern);
        _isSuffix = byName && pattern is [(byte)'*', ..] && PlainLength(pattern[1..]) == pattern.Length - 1;
    }

    public bool Negated { get; }

    /// <summary>Of a line that starts at a place of the text that <see cref="IsMatch"/> is given.</summary>
    public static GitIgnorePattern Parse(ReadOnlySpan<byte> line, int start)
    {
        var negated = line[0] == '!';
        if (negated) line = line[1..];
        var directoriesOnly = line is [.., (byte)'/'];
        if (directoriesOnly) line = line[..^1];
        var byName = !line.Contains((byte)'/');
        var anchored = line is [(byte)'/', ..];
        if (anchored) line = line[1..];
        return new GitIgnorePattern(line, start + (negated ? 1 : 0) + (anchored ? 1 : 0), negated, directoriesOnly, byName);
    }

    /// <summary>Whether the line holds for a path; takes from the budget, and holds for nothing once that is used up.</summary>
    public bool IsMatch(byte[] text, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool isDirectory, ref int budget)
    {
        if (_directoriesOnly && !isDirectory) return false;
        var pattern = text.AsSpan(_start, _length);
        var subject = _byName ? name : path;
        if (_plain == _length) return subject.SequenceEqual(pattern);
        if (_isSuffix) return subject.EndsWith(pattern[1..]);
        if (_byName) return GitWildmatch.IsMatch(pattern, subject, pathname: false, ref budget);
        // git compares the plain text first and matches the rest as a pattern of its own, in which ** at its start counts as
        // standing after a slash: a/b** spans directories. It is kept, for the semantics are git's.
        return subject.StartsWith(pattern[.._plain])
            && GitWildmatch.IsMatch(pattern[_plain..], subject[_plain..], pathname: true, ref budget);
    }

    private static int PlainLength(ReadOnlySpan<byte> pattern)
    {
        var at = pattern.IndexOfAny("*?[\\"u8);
        return at < 0 ? pattern.Length : at;
    }
}
