using AiwgDaemon.Globs;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

/// <summary>The options compiled: roots, the most specific first, and the patterns for all of them. Immutable but for the roots'
/// counters.</summary>
internal sealed class WatchPlan
{
    private WatchPlan(WatchPlan whole, string? home, RemoteMounts remote, IReadOnlyList<WatchRoot> roots)
    {
        (Options, Project, Ignore, NeedsText, Home, Remote) = (whole.Options, whole.Project, whole.Ignore, whole.NeedsText, home, remote);
        Written = roots;
        Roots = [.. roots.OrderByDescending(r => r.Absolute.Length)];
    }

    public WatchPlan(WatchOptions options, string projectDirectory)
    {
        Options = options;
        Project = Path.TrimEndingDirectorySeparator(Path.GetFullPath(projectDirectory))
            .Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\');
        Written = options.Enabled ? [.. options.Paths.Select((p, index) => new WatchRoot(p, projectDirectory, index))] : [];
        Roots = [.. Written.OrderByDescending(r => r.Absolute.Length)];
        Ignore = IgnoreList.TryParse(options.Ignore, out var ignore, out var error)
            ? ignore
            : throw new FormatException($"watch.ignore: {error}");
        NeedsText = !Ignore.IsEmpty || Roots.Any(r => !r.Ignore.IsEmpty);
    }

    /// <summary>The remote filesystem that this is the plan for, by its mount point; null: all that is local.</summary>
    public string? Home { get; }

    /// <summary>Filesystems that may not answer. None before <see cref="Split"/>.</summary>
    public RemoteMounts Remote { get; } = new([], "");

    /// <summary>
    /// A plan for all that is local, and one for each remote filesystem that has a root, or lies below one: those may hang, each without
    /// the others.
    /// The local one comes first and is always there.
    /// </summary>
    public IReadOnlyList<WatchPlan> Split(IReadOnlyList<Mount> mounts)
    {
        var remote = new RemoteMounts(mounts, Project);
        var roots = Written
            .SelectMany(root => PartsOf(root, remote))
            .ToLookup(part => part.Place ?? "", part => part.Root, StringComparer.Ordinal);
        var places = roots.Select(group => group.Key).Where(place => place.Length > 0).Order(StringComparer.Ordinal);
        return
        [
            new WatchPlan(this, home: null, remote, [.. roots[""]]),
            .. places.Select(place => new WatchPlan(this, place, remote, [.. roots[place]])),
        ];
    }

    /// <summary>The same after something was mounted or unmounted.</summary>
    public WatchPlan With(IReadOnlyList<Mount> mounts) => new(this, Home, new RemoteMounts(mounts, Project), Written);

    /// <summary>True if both watch the same places for the same roots.</summary>
    public bool IsLike(WatchPlan other) =>
        Options == other.Options && Roots.Select(r => (r.Index, r.Absolute)).SequenceEqual(other.Roots.Select(r => (r.Index, r.Absolute)));

    private static IEnumerable<(string? Place, WatchRoot Root)> PartsOf(WatchRoot root, RemoteMounts remote)
    {
        var place = remote.PlaceOf(root.Absolute, out var real);
        // A root of its own for each tree, which counts in it on its own thread.
        yield return (place, root.Below(root.Absolute));
        foreach (var mount in remote.Below(real))
            if (mount.Point != place)
                yield return (mount.Point, root.Below(root.Absolute + mount.Point[(real.Length == 1 ? 0 : real.Length)..]));
    }

    /// <summary>The directories below the roots that other plans are for, as this tree reaches them.</summary>
    public IEnumerable<string> Elsewhere()
    {
        foreach (var root in Roots)
        {
            if (Remote.PlaceOf(root.Absolute, out var real) != Home) continue;
            foreach (var mount in Remote.Below(real))
                if (mount.Point != Home) yield return root.Absolute + mount.Point[(real.Length == 1 ? 0 : real.Length)..];
        }
    }

    /// <summary>True if what the path leads to is another plan's: it must not even be looked at.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="isRoot">A root must be at home; the way to it may be local.</param>
    public bool IsElsewhere(string path, bool isRoot)
    {
        var place = Remote.PlaceOf(path, out _);
        return place != Home && (isRoot || place is not null);
    }

    public WatchOptions Options { get; }

    /// <summary>Absolute, without a slash at its end.</summary>
    public string Project { get; }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<WatchRoot> Written { get; }

    public WatchRoot[] Roots { get; }

    public IgnoreList Ignore { get; }

    /// <summary>True if a pattern needs the path as text.</summary>
    public bool NeedsText { get; }
}
