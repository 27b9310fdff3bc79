using AiwgDaemon.Globs;

namespace AiwgDaemon.Config;

/// <summary>Whether a path can lie in what is watched; one look-up a level, however many roots there are.</summary>
internal sealed class WatchedRoots
{
    private readonly HashSet<string> _roots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _above = new(StringComparer.Ordinal);
    private readonly bool _anywhere;

    public WatchedRoots(IEnumerable<string> paths)
    {
        foreach (var path in paths.Select(Plain))
        {
            // What is outside of the project may be a link's other name of what is inside.
            _anywhere |= path.Length == 0 || path[0] == '/';
            _roots.Add(path);
            for (var parent = Parent(path); parent.Length > 0 && _above.Add(parent);) parent = Parent(parent);
        }
    }

    public bool IsEmpty => _roots.Count == 0;

    /// <summary>False if the directory is neither in a root nor above one.</summary>
    public bool MayHold(string directory)
    {
        var plain = Plain(directory);
        if (_anywhere || plain.Length == 0 || _above.Contains(plain)) return !IsEmpty;
        for (; plain.Length > 0; plain = Parent(plain))
            if (_roots.Contains(plain)) return true;
        return false;
    }

    /// <summary>False if no file directly in the project is watched, or none that the pattern is for.</summary>
    public bool MayHoldOnTop(Glob pattern) => _anywhere || _roots.Any(root => !root.Contains('/') && pattern.IsMatch(root));

    private static string Plain(string path) =>
        path.StartsWith("./", StringComparison.Ordinal) ? path[2..].TrimEnd('/')
        : path == "." ? ""
        : path.TrimEnd('/');

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and var at ? path[..at] : "";
}
