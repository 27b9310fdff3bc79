using System.Diagnostics.CodeAnalysis;

namespace AiwgDaemon.Globs;

/// <summary>
/// The patterns of an <c>ignore:</c> list. One without a slash (but at its end) holds for the name at any depth; one with a slash is
/// relative to the base. A trailing <c>/</c> means directories only; whatever is below an ignored directory is ignored.
/// Immutable, thread-safe; matching allocates nothing.
/// </summary>
internal sealed class IgnoreList
{
    public static readonly IgnoreList Empty = new([]);

    private readonly (Glob Glob, bool ByName, bool DirectoriesOnly)[] _patterns;

    private IgnoreList((Glob, bool, bool)[] patterns) => _patterns = patterns;

    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>False with the pattern and the reason where one is malformed or can never match.</summary>
    public static bool TryParse(IReadOnlyList<string> patterns, [NotNullWhen(true)] out IgnoreList? list, [NotNullWhen(false)] out string? error)
    {
        list = null;
        var compiled = new List<(Glob, bool, bool)>(patterns.Count);
        foreach (var pattern in patterns)
        {
            // dir/ and dir/** ignore the directory as a whole, so that it need not even be looked into.
            var directoriesOnly = pattern.EndsWith('/') || pattern.EndsWith("/**", StringComparison.Ordinal);
            var text = directoriesOnly ? pattern[..pattern.LastIndexOf('/')] : pattern;
            if (text.StartsWith("./", StringComparison.Ordinal)) text = text[1..];
            var byName = !text.Contains('/') && !(directoriesOnly && pattern.EndsWith('*'));
            if (text.StartsWith('/')) text = text[1..];
            if (!Glob.TryParse(text, out var glob, out var reason))
            {
                error = $"the pattern '{pattern}' {reason}";
                return false;
            }
            compiled.Add((glob, byName, directoriesOnly));
        }
        list = new IgnoreList([.. compiled]);
        error = null;
        return true;
    }

    /// <summary>Whether the list holds for this very path; its parents are asked on their own.</summary>
    /// <param name="path">Relative to the base, with slashes.</param>
    /// <param name="isDirectory">True for a directory.</param>
    public bool IsIgnored(ReadOnlySpan<char> path, bool isDirectory)
    {
        foreach (var (glob, byName, directoriesOnly) in _patterns)
        {
            if (directoriesOnly && !isDirectory) continue;
            if (glob.IsMatch(byName ? path[(path.LastIndexOf('/') + 1)..] : path)) return true;
        }
        return false;
    }
}
