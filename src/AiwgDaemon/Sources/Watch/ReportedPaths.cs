using System.Text;
using AiwgDaemon.Globs;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Ignore;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// Whether the watcher would report a change of a path, without a watcher: the same rules as <see cref="WatchTree"/>'s filter, asked for
/// one path. Reads the ignore files on the way to it.
/// </summary>
internal sealed class ReportedPaths(WatchOptions options, string project)
{
    private readonly WatchPlan _plan = new(options, project);

    /// <summary>Null if it is reported; else why not, to stand behind the path.</summary>
    /// <param name="path">Relative to the project, or absolute.</param>
    /// <param name="kind">One kind of change.</param>
    public string? WhyNot(string path, FileEvents kind)
    {
        if (!options.Enabled) return "is not watched: watching is off (watch.enabled: false)";
        if (_plan.Written.Count == 0) return "is not watched: watch.paths is empty";
        var absolute = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, _plan.Project));
        string? first = null;
        // The most specific one first: what it says is what people look for.
        foreach (
            var root in _plan.Roots.Where(root =>
                absolute == root.Absolute || absolute.StartsWith(root.Absolute + "/", StringComparison.Ordinal)
            )
        )
        {
            var reason = WhyNot(root, absolute, kind);
            if (reason is null) return null;
            first ??= reason;
        }
        return first ?? $"is in no path of watch.paths ({string.Join(", ", _plan.Written.Select(r => r.Path))})";
    }

    private string? WhyNot(WatchRoot root, string absolute, FileEvents kind)
    {
        var below =
            absolute == root.Absolute ? [] : absolute[(root.Absolute.Length + 1)..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        var directory = root.Absolute;
        for (var i = 0; i < below.Length; i++)
        {
            var isDirectory = i < below.Length - 1;
            if (Ignored(root, directory, below[i], isDirectory) is { } ignored)
                return isDirectory ? $"lies below {Shown(directory + "/" + below[i])}, which {ignored}" : ignored;
            directory += "/" + below[i];
            if (isDirectory && IsLink(directory))
                return $"lies below the link {Shown(directory)}, and links below a watched path are not followed";
        }
        if (Directory.Exists(absolute) && !IsLink(absolute))
            return "is a directory; changes of files are reported";
        if (below.Length > 0 && !root.HasExtension(NativePath.ToBytes(below[^1])))
            return $"has an extension that is not watched below {root.Path} ({string.Join(", ", options.Paths[root.Index].Extensions)})";
        return root.Events.HasFlag(kind)
            ? null
            : $"is watched, but not for {Word(kind)} (events of {root.Path}: "
                + $"{string.Join(", ", Kinds.Where(k => root.Events.HasFlag(k)).Select(Word))})";
    }

    private static readonly FileEvents[] Kinds = [FileEvents.Create, FileEvents.Modify, FileEvents.Delete];

    private static string Word(FileEvents kind) => kind.ToString().ToLowerInvariant();

    private string? Ignored(WatchRoot root, string directory, string name, bool isDirectory)
    {
        var (parent, bytes) = (NativePath.ToBytes(Path.GetFileName(directory)), NativePath.ToBytes(name));
        if (isDirectory ? BuiltinIgnores.IsIgnoredDirectory(parent, bytes) : BuiltinIgnores.IsIgnoredFile(parent, bytes))
            return "is never watched";
        if (options.GitIgnore && IgnoringFile(root, directory, name, isDirectory) is { } file)
            return $"is ignored by {Shown(file)}";
        var path = directory + "/" + name;
        var own = Relative(path, root.Base) is { } inRoot ? root.Ignore.Match(inRoot, isDirectory) : GitIgnoreVerdict.None;
        if (own == GitIgnoreVerdict.Ignored)
            return $"is ignored by {Pattern(options.Paths[root.Index].Ignore, inRoot: Relative(path, root.Base)!, isDirectory)} of the "
                + $"watched path {root.Path}";
        // What is outside of the project is judged relative to its root.
        var relative = Relative(path, _plan.Project) ?? Relative(path, root.Base);
        if (own == GitIgnoreVerdict.Included || relative is null || _plan.Ignore.Match(relative, isDirectory) != GitIgnoreVerdict.Ignored)
            return null;
        return $"is ignored by {Pattern(options.Ignore, relative, isDirectory)} of watch.ignore";
    }

    // The last one that matches decides.
    private static string Pattern(IReadOnlyList<string> patterns, string inRoot, bool isDirectory)
    {
        return $"\"{patterns.LastOrDefault(Ignores) ?? patterns[^1]}\"";

        bool Ignores(string pattern) =>
            IgnoreList.TryParse([pattern], out var one, out _) && one.Match(inRoot, isDirectory) == GitIgnoreVerdict.Ignored;
    }

    /// <summary>The ignore file of git that is against a name in a directory; null if none is. The nearest one that says anything
    /// decides.</summary>
    private string? IgnoringFile(WatchRoot root, string directory, string name, bool isDirectory)
    {
        var top = Top(root);
        for (var at = directory; at.Length >= top.Length; at = Above(at))
        {
            var isRepository = Path.Exists(at + "/.git");
            string?[] files = isRepository
                ? [at + "/.gitignore", GitConfiguration.InfoExclude(at), GitConfiguration.GlobalExcludes(at)]
                : [at + "/.gitignore"];
            var path = NativePath.ToBytes((directory + "/" + name)[(at.Length + 1)..]);
            for (var i = 0; i < files.Length; i++)
            {
                if (
                    files[i] is not { } file
                    || ForeignFile.TryReadAll(file, GitIgnoreLevels.MaxFileBytes, i == 0 ? Links.Refused : Links.Followed, out _)
                        is not { } text
                )
                    continue;
                if (!GitIgnoreFile.TryParse(text, out var patterns))
                    continue;
                var verdict = patterns.Match(path, isDirectory);
                if (verdict != GitIgnoreVerdict.None) return verdict == GitIgnoreVerdict.Ignored ? file : null;
            }
            // A repository inside another starts anew, as it does for git.
            if (isRepository || at.Length == 0) return null;
        }
        return null;
    }

    /// <summary>From where on ignore files hold: the top of the repository that the root is in, else the project if the root is in it, else
    /// the root.</summary>
    private string Top(WatchRoot root)
    {
        for (var at = root.Absolute; at.Length > 0; at = Above(at))
            if (Path.Exists(at + "/.git")) return at;
        return (root.Absolute + "/").StartsWith(_plan.Project + "/", StringComparison.Ordinal) ? _plan.Project : root.Absolute;
    }

    private static string Above(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];

    private static string? Relative(string path, string directory) =>
        path.Length > directory.Length + 1 && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal)
            ? path[(directory.Length + 1)..]
            : null;

    private string Shown(string path) => Relative(path, _plan.Project) ?? path;

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;
}
