using System.Buffers;

namespace AiwgDaemon.Config;

// Watched paths, and the absolute patterns of what lies outside of the project.
internal sealed partial class ConfigChecks
{
    private static readonly SearchValues<char> Wild = SearchValues.Create("*?[{");

    /// <summary>A watched path is taken as it is. Whoever writes a pattern there waits for events that never come.</summary>
    private void PathsWithWildcards()
    {
        var paths = Maps(_watch["paths"]);
        for (var i = 0; i < paths.Count; i++)
        {
            if (paths[i]["path"] is not ScalarNode path || path.Text.AsSpan().IndexOfAny(Wild) is not (>= 0 and var wild)) continue;
            // The braces of a variable have a warning of their own.
            if (path.Text.Contains("${", StringComparison.Ordinal)) continue;
            // Somebody may have a directory of that very name.
            if (Path.Exists(Path.Combine(project ?? "", path.Text))) continue;
            var directory = path.Text[..(path.Text.AsSpan(0, wild).LastIndexOf('/') + 1)];
            var extension = Path.GetExtension(path.Text);
            var plain = extension.Length > 1 && extension.AsSpan().IndexOfAny(Wild) < 0;
            findings.Warn(
                path.Place,
                $"watch.paths[{i}].path",
                $"{Quoted.Text(path.Text)} is a name and no pattern here, and nothing of that name is there",
                $"write {Quoted.Text(directory.Length == 0 ? "." : directory)}{(plain ? $" with extensions: [{Quoted.Text(extension)}]" : "")}, and the pattern as path_pattern of a rule"
            );
        }
    }

    /// <summary>Paths of events are absolute only if they lie outside of the project.</summary>
    private void AbsolutePatterns(MapNode @event, string path)
    {
        foreach (var pattern in ((@event["path_pattern"] as ListNode)?.Items ?? []).OfType<ScalarNode>())
        {
            if (!pattern.Text.StartsWith('/')) continue;
            var inside = IsInside(pattern.Text);
            if (!inside && MayBeWatched(Literal(pattern.Text).TrimEnd('/'))) continue;
            var relative = Quoted.Text(inside ? pattern.Text[(project!.Length + 1)..] : pattern.Text.TrimStart('/'));
            findings.Error(pattern.Place, path + ".path_pattern",
                $"{Quoted.Text(pattern.Text)} can never match: {(inside ? "" : "no watched path lies there, and ")}paths of events start "
                    + "at the project",
                $"write {relative}{(inside ? "" : " for what is in the project, or add the directory to watch.paths")}");
        }
    }

    private bool IsInside(string path) => project is not null && path.StartsWith(project + "/", StringComparison.Ordinal);

    /// <summary>True if a directory outside of the project is in a watched path or above one.</summary>
    private bool MayBeWatched(string directory)
    {
        foreach (var watched in Maps(_watch["paths"]).Select(p => Absolute(p.TextOf("path") ?? "")))
            if (
                watched.StartsWith('/')
                && watched != project
                && !IsInside(watched)
                && (Holds(watched, directory) || Holds(directory, watched))
            )
                return true;
        return false;
    }

    private static bool Holds(string above, string path) =>
        path.StartsWith(above, StringComparison.Ordinal)
        && (path.Length == above.Length || above.EndsWith('/') || path[above.Length] == '/');

    // Relative, it may lead out of the project as well.
    private string Absolute(string path) =>
        path.StartsWith('/') ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))
        : project is null ? path
        : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, project));

    /// <summary>The directory that everything under a pattern lies in, or the whole if it has no wildcard.</summary>
    private static string Literal(string pattern)
    {
        var wild = pattern.AsSpan().IndexOfAny("*?[{\\");
        return wild < 0 ? pattern : pattern[..(pattern.AsSpan(0, wild).LastIndexOf('/') + 1)];
    }
}
