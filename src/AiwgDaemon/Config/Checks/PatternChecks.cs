using System.Buffers;
using AiwgDaemon.Globs;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>Watched paths, and the patterns of rules that can never match what lies in them.</summary>
internal sealed class PatternChecks(CheckedTree tree)
{
    private readonly Findings _findings = tree.Findings;
    private readonly string? _project = tree.Project;
    private readonly WatchedRoots _roots = new(Maps(tree.Watch["paths"]).Select(p => p.TextOf("path") ?? ""));

    private static readonly SearchValues<char> Wild = SearchValues.Create("*?[{");

    /// <summary>A watched path is taken as it is. Whoever writes a pattern there waits for events that never come.</summary>
    public void PathsWithWildcards()
    {
        var paths = Maps(tree.Watch["paths"]);
        for (var i = 0; i < paths.Count; i++)
        {
            if (paths[i]["path"] is not ScalarNode path || path.Text.AsSpan().IndexOfAny(Wild) is not (>= 0 and var wild)) continue;
            // The braces of a variable have a warning of their own.
            if (path.Text.Contains("${", StringComparison.Ordinal)) continue;
            // Somebody may have a directory of that very name.
            if (Path.Exists(Path.Combine(_project ?? "", path.Text))) continue;
            var directory = path.Text[..(path.Text.AsSpan(0, wild).LastIndexOf('/') + 1)];
            var extension = Path.GetExtension(path.Text);
            var plain = extension.Length > 1 && extension.AsSpan().IndexOfAny(Wild) < 0;
            _findings.Warn(
                path.Place,
                $"watch.paths[{i}].path",
                $"{Quoted.Text(path.Text)} is a name and no pattern here, and nothing of that name is there",
                $"write {Quoted.Text(directory.Length == 0 ? "." : directory)}"
                    + $"{(plain ? $" with extensions: [{Quoted.Text(extension)}]" : "")}, and the pattern as path_pattern of a rule"
            );
        }
    }

    /// <summary>Paths of events are absolute only if they lie outside of the project.</summary>
    public void AbsolutePatterns(MapNode @event, string path)
    {
        foreach (var pattern in ((@event["path_pattern"] as ListNode)?.Items ?? []).OfType<ScalarNode>())
        {
            if (!pattern.Text.StartsWith('/')) continue;
            var inside = IsInside(pattern.Text);
            if (!inside && MayBeWatched(Literal(pattern.Text).TrimEnd('/'))) continue;
            var relative = Quoted.Text(inside ? pattern.Text[(_project!.Length + 1)..] : pattern.Text.TrimStart('/'));
            _findings.Error(pattern.Place, path + ".path_pattern",
                $"{Quoted.Text(pattern.Text)} can never match: {(inside ? "" : "no watched path lies there, and ")}paths of events start "
                    + "at the project",
                $"write {relative}{(inside ? "" : " for what is in the project, or add the directory to watch.paths")}");
        }
    }

    private bool IsInside(string path) => _project is not null && path.StartsWith(_project + "/", StringComparison.Ordinal);

    /// <summary>True if a directory outside of the project is in a watched path or above one.</summary>
    private bool MayBeWatched(string directory)
    {
        foreach (var watched in Maps(tree.Watch["paths"]).Select(p => Absolute(p.TextOf("path") ?? "")))
            if (
                watched.StartsWith('/')
                && watched != _project
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
        : _project is null ? path
        : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, _project));

    /// <summary>The directory that everything under a pattern lies in, or the whole if it has no wildcard.</summary>
    private static string Literal(string pattern)
    {
        var wild = pattern.AsSpan().IndexOfAny("*?[{\\");
        return wild < 0 ? pattern : pattern[..(pattern.AsSpan(0, wild).LastIndexOf('/') + 1)];
    }

    /// <summary>A pattern that lies beside all watched paths never sees an event.</summary>
    public void Reachable(MapNode @event, string path)
    {
        if (!IsOn(tree.Watch) || _roots.IsEmpty)
        {
            _findings.Warn(@event.Place, path, "never matches: no files are watched", "add watch.paths");
            return;
        }
        foreach (var pattern in ((@event["path_pattern"] as ListNode)?.Items ?? []).OfType<ScalarNode>())
        {
            var wild = pattern.Text.AsSpan().IndexOfAny("*?[{\\");
            var literal = Literal(pattern.Text);
            if (literal.StartsWith('!') || literal.StartsWith('/'))
                continue;
            if (!_roots.MayHold(literal))
                _findings.Warn(
                    pattern.Place,
                    path + ".path_pattern",
                    $"{Quoted.Text(pattern.Text)} is outside of every path of watch.paths",
                    "add the directory there"
                );
            else if (
                wild >= 0
                && IsOneName(pattern.Text)
                && Glob.TryParse(pattern.Text, out var name, out _)
                && !_roots.MayHoldOnTop(name!)
            )
                _findings.Warn(
                    pattern.Place,
                    path + ".path_pattern",
                    $"{Quoted.Text(pattern.Text)} matches only what lies directly in the project, where nothing is watched",
                    $"write {Quoted.Text("**/" + pattern.Text)} for all directories"
                );
        }
    }

    private static bool IsOneName(string pattern) => !pattern.Contains('/') && !pattern.Contains("**", StringComparison.Ordinal);
}
