namespace AiwgDaemon.Globs;

internal enum GitIgnoreVerdict : byte
{
    /// <summary>No pattern of the file matches: the next file up decides.</summary>
    None,
    Ignored,

    /// <summary>A negated pattern matches.</summary>
    Included,
}

/// <summary>
/// The patterns of one <c>.gitignore</c> (or exclude) file, with git's semantics: the last pattern that matches decides. Works on bytes,
/// as git does. The patterns are parts of one copy of the text, for a file may have many. Immutable, thread-safe, no I/O; matching
/// allocates nothing.
/// </summary>
internal sealed class GitIgnoreFile
{
    /// <summary>Most patterns that a file may have: each one costs time for each name in the tree.</summary>
    public const int MaxPatterns = 20_000;

    // Steps of matching that one name may cost, about a millisecond; ordinary files need some hundreds.
    private const int Budget = 1 << 18;

    private readonly byte[] _text;
    private readonly GitIgnorePattern[] _patterns;

    private GitIgnoreFile(byte[] text, GitIgnorePattern[] patterns) => (_text, _patterns) = (text, patterns);

    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>False if the file has more than <see cref="MaxPatterns"/>, and is left out of account therefore.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out GitIgnoreFile file)
    {
        file = Parse(text, out var complete);
        return complete;
    }

    public static GitIgnoreFile Parse(ReadOnlySpan<byte> text) => Parse(text, out _);

    /// <summary>What the file says of this very path; its parents must be asked first, for what is below an ignored directory is
    /// ignored.</summary>
    /// <param name="path">Relative to the directory of the file, without slashes at its ends.</param>
    /// <param name="isDirectory">True for a directory; a link to one is none.</param>
    public GitIgnoreVerdict Match(ReadOnlySpan<byte> path, bool isDirectory)
    {
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        var budget = Budget;
        for (var i = _patterns.Length - 1; i >= 0; i--)
            if (_patterns[i].IsMatch(_text, path, name, isDirectory, ref budget))
                return _patterns[i].Negated ? GitIgnoreVerdict.Included : GitIgnoreVerdict.Ignored;
        return GitIgnoreVerdict.None;
    }

    private static GitIgnoreFile Parse(ReadOnlySpan<byte> content, out bool complete)
    {
        if (content is [0xef, 0xbb, 0xbf, ..]) content = content[3..];
        var text = content.ToArray();
        var patterns = new List<GitIgnorePattern>();
        for (var start = 0; start < text.Length;)
        {
            var rest = text.AsSpan(start);
            var end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            var at = start;
            start += end < 0 ? rest.Length : end + 1;
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (line.IsEmpty || line[0] == '#') continue;
            line = TrimTrailingSpaces(line);
            if (line.IsEmpty) continue;
            if (patterns.Count == MaxPatterns)
            {
                complete = false;
                return new GitIgnoreFile([], []);
            }
            patterns.Add(GitIgnorePattern.Parse(line, at));
        }
        complete = true;
        return new GitIgnoreFile(text, [.. patterns]);
    }

    /// <summary>True if both have the same text; null is a file without any pattern.</summary>
    public static bool AreSame(GitIgnoreFile? one, GitIgnoreFile? other) => (one?._text ?? []).AsSpan().SequenceEqual(other?._text ?? []);

    private static ReadOnlySpan<byte> TrimTrailingSpaces(ReadOnlySpan<byte> line)
    {
        var length = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == ' ') continue;
            if (line[i] == '\\') i++;
            length = i + 1;
        }
        return line[..Math.Min(length, line.Length)];
    }
}
