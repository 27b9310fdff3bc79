using System.Diagnostics.CodeAnalysis;

namespace AiwgDaemon.Globs;

/// <summary>
/// The patterns of an <c>ignore:</c> list. One without a slash (but at its end) holds for the name at any depth; one with a slash is
/// relative to the base. A trailing <c>/</c> means directories only; whatever is below an ignored directory is ignored. As in .gitignore
/// the last pattern that matches decides, and <c>!</c> before a pattern takes back what an earlier one ignores.
/// Immutable, thread-safe; matching allocates nothing.
/// </summary>
internal sealed class IgnoreList
{
    public static readonly IgnoreList Empty = new([]);

    private readonly Pattern[] _patterns;

    private IgnoreList(Pattern[] patterns) => _patterns = patterns;

    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>False with the pattern and the reason if one is malformed or can never match.</summary>
    public static bool TryParse(
        IReadOnlyList<string> patterns,
        [NotNullWhen(true)] out IgnoreList? list,
        [NotNullWhen(false)] out string? error
    )
    {
        list = null;
        var compiled = new Pattern[patterns.Count];
        for (var i = 0; i < compiled.Length; i++)
        {
            // dir/** means the directory as a whole, so that it need not even be looked into, unless a later pattern may take back a part
            // of it.
            var mayBeTakenBack = patterns.Skip(i + 1).Any(later => later.StartsWith('!'));
            if (!TryParse(patterns[i], mayBeTakenBack, out compiled[i], out var reason))
            {
                error = $"the pattern '{patterns[i]}' {reason}";
                return false;
            }
        }
        list = new IgnoreList(compiled);
        error = null;
        return true;
    }

    /// <summary>What the list says of this very path; its parents are asked on their own.</summary>
    /// <param name="path">Relative to the base, with slashes.</param>
    /// <param name="isDirectory">True for a directory.</param>
    public GitIgnoreVerdict Match(ReadOnlySpan<char> path, bool isDirectory)
    {
        for (var i = _patterns.Length - 1; i >= 0; i--)
        {
            ref readonly var pattern = ref _patterns[i];
            if (pattern.DirectoriesOnly && !isDirectory)
                continue;
            if (pattern.Glob.IsMatch(pattern.ByName ? path[(path.LastIndexOf('/') + 1)..] : path))
                return pattern.Negated ? GitIgnoreVerdict.Included : GitIgnoreVerdict.Ignored;
        }
        return GitIgnoreVerdict.None;
    }

    private static bool TryParse(string text, bool mayBeTakenBack, out Pattern pattern, [NotNullWhen(false)] out string? error)
    {
        pattern = default;
        var negated = text.StartsWith('!');
        if (negated) text = text[1..];
        var below = text.EndsWith("/**", StringComparison.Ordinal);
        var directoriesOnly = text.EndsWith('/') || (below && !mayBeTakenBack && !negated);
        if (directoriesOnly) text = text[..text.LastIndexOf('/')];
        else if (below) text += "/*";
        if (text.StartsWith("./", StringComparison.Ordinal)) text = text[1..];
        var byName = !text.Contains('/') && !(directoriesOnly && below);
        if (text.StartsWith('/')) text = text[1..];
        if (!Glob.TryParse(text, out var glob, out error)) return false;
        pattern = new Pattern(glob, byName, directoriesOnly, negated);
        return true;
    }

    private readonly record struct Pattern(Glob Glob, bool ByName, bool DirectoriesOnly, bool Negated);
}
