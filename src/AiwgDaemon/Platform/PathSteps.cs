namespace AiwgDaemon.Platform;

/// <summary>Where a path leads, and by which names.</summary>
/// <param name="Real">Without a link in it, as far as the steps are there.</param>
/// <param name="Links">The symbolic links on the way, absolute and without a link before the last name, in order.</param>
/// <param name="Closed">The directory at which the walk ended because it must not be entered; null if there is none.</param>
internal sealed record PathSteps(string Real, IReadOnlyList<string> Links, string? Closed)
{
    // As many as the kernel follows.
    private const int MostLinks = 40;

    /// <summary>
    /// Walks an absolute path name by name, as the kernel does (path_resolution(7)). <paramref name="closed"/> is asked before anything at
    /// a path is looked at: a directory that is closed is neither looked at nor entered, for its filesystem may not answer.
    /// </summary>
    public static PathSteps Of(string path, Func<string, bool>? closed = null)
    {
        var links = new List<string>();
        var left = new Stack<string>();
        Push(left, path);
        var at = "";
        while (left.TryPop(out var name))
        {
            if (name == ".") continue;
            if (name == "..")
            {
                at = at.LastIndexOf('/') is > 0 and var slash ? at[..slash] : "";
                continue;
            }
            var next = $"{at}/{name}";
            if (closed?.Invoke(next) == true) return new(string.Join('/', [next, .. left]), links, next);
            if (links.Count == MostLinks || Target(next) is not { } target)
            {
                at = next;
                continue;
            }
            links.Add(next);
            if (target[0] == '/') at = "";
            Push(left, target);
        }
        return new(at.Length == 0 ? "/" : at, links, null);
    }

    private static void Push(Stack<string> left, string path)
    {
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) left.Push(name);
    }

    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is { Length: > 0 } target ? target : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever opens the path is told the same, with the reason.
            return null;
        }
    }
}
