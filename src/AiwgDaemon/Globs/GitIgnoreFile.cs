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
/// as git does. Immutable, thread-safe, no I/O; matching allocates nothing.
/// </summary>
internal sealed class GitIgnoreFile
{
    private readonly GitIgnorePattern[] _patterns;

    private GitIgnoreFile(GitIgnorePattern[] patterns) => _patterns = patterns;

    public bool IsEmpty => _patterns.Length == 0;

    public static GitIgnoreFile Parse(ReadOnlySpan<byte> text)
    {
        if (text is [0xef, 0xbb, 0xbf, ..]) text = text[3..];
        var patterns = new List<GitIgnorePattern>();
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (line.IsEmpty || line[0] == '#') continue;
            line = TrimTrailingSpaces(line);
            if (!line.IsEmpty) patterns.Add(GitIgnorePattern.Parse(line));
        }
        return new GitIgnoreFile([.. patterns]);
    }

    /// <summary>What the file says of this very path; its parents must be asked first, for what is below an ignored directory is ignored.</summary>
    /// <param name="path">Relative to the directory of the file, without slashes at its ends.</param>
    /// <param name="isDirectory">True for a directory; a link to one is none.</param>
    public GitIgnoreVerdict Match(ReadOnlySpan<byte> path, bool isDirectory)
    {
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        for (var i = _patterns.Length - 1; i >= 0; i--)
            if (_patterns[i].IsMatch(path, name, isDirectory)) return _patterns[i].Negated ? GitIgnoreVerdict.Included : GitIgnoreVerdict.Ignored;
        return GitIgnoreVerdict.None;
    }

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
