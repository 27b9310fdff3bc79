using AiwgDaemon.Globs;

namespace AiwgDaemon.Sources.Watch;

/// <summary>The options compiled: roots, the most specific first, and the patterns for all of them. Immutable but for the roots' counters.</summary>
internal sealed class WatchPlan
{
    public WatchPlan(WatchOptions options, string projectDirectory)
    {
        Options = options;
        Project = Path.TrimEndingDirectorySeparator(Path.GetFullPath(projectDirectory)).Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\');
        Written = options.Enabled ? [.. options.Paths.Select(p => new WatchRoot(p, projectDirectory))] : [];
        Roots = [.. Written.OrderByDescending(r => r.Absolute.Length)];
        Ignore = IgnoreList.TryParse(options.Ignore, out var ignore, out var error) ? ignore : throw new FormatException($"watch.ignore: {error}");
        NeedsText = !Ignore.IsEmpty || Roots.Any(r => !r.Ignore.IsEmpty);
    }

    public WatchOptions Options { get; }

    /// <summary>Absolute, without a slash at its end.</summary>
    public string Project { get; }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<WatchRoot> Written { get; }

    public WatchRoot[] Roots { get; }

    public IgnoreList Ignore { get; }

    /// <summary>True where a pattern needs the path as text.</summary>
    public bool NeedsText { get; }
}
