using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// Decides whether a ledger was written for this project or for one that this is a copy of. The path decides first: a backup that was
/// restored in place has it. A project that was moved, or is mounted elsewhere (a container), keeps its inode number; the number of the
/// device says nothing, for it changes with each start of a machine. Everything else is a copy.
/// </summary>
internal static class ProjectOrigin
{
    public static LedgerOrigin Of(ProjectPaths paths) => new(paths.Project, Inode(paths.Project));

    public static OriginRelation RelationTo(LedgerOrigin origin, ProjectPaths paths)
    {
        if (origin.Project == paths.Project || IsSameDirectory(origin.Project, paths.Project)) return OriginRelation.Same;
        var isLeft = !Directory.Exists(new ProjectPaths(origin.Project).Daemon);
        // A system without inode numbers cannot tell a copy whose original is gone from a project that was moved.
        if (origin.Inode != Inode(paths.Project)) return OriginRelation.Copy;
        if (isLeft) return OriginRelation.Same;
        // A snapshot of the filesystem: the same numbers in two places.
        return IsAlive(origin) || origin.Inode == 0 ? OriginRelation.Copy : OriginRelation.Twin;
    }

    /// <summary>True if the project's ledger is another project's. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if it cannot be read.</summary>
    public static bool IsCopy(ProjectPaths paths)
    {
        var ledger = new LedgerReader();
        foreach (var (line, _) in JsonLines.Read(Path.Combine(paths.Events, RunStore.FileName)))
        {
            ledger.Apply(line.Span, static _ => { }, out _);
            break;
        }
        return ledger.Origin is { } origin && RelationTo(origin, paths) == OriginRelation.Copy;
    }

    private static bool IsAlive(LedgerOrigin origin)
    {
        try
        {
            return InstanceLock.FindHolder(new ProjectPaths(origin.Project).Lock) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's: whether a daemon of theirs runs there is not ours to know, so it is left alone.
            return true;
        }
    }

    private static bool IsSameDirectory(string one, string other) =>
        OperatingSystem.IsWindows()
            ? VolumeFile.Of(one) is { } file && file == VolumeFile.Of(other)
            : OperatingSystem.IsLinux()
        && FileStatus.TryGet(one, out var a, follow: true)
        && FileStatus.TryGet(other, out var b, follow: true)
        && a.IsSameFile(b);

    private static ulong Inode(string path) =>
        OperatingSystem.IsWindows() ? VolumeFile.Of(path)?.Index ?? 0
        : OperatingSystem.IsLinux() && FileStatus.TryGet(path, out var status, follow: true) ? status.Inode : 0;
}
