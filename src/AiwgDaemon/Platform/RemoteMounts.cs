namespace AiwgDaemon.Platform;

/// <summary>
/// The mounted filesystems that another machine or another program answers for, and which of them holds a path. A call on such a filesystem
/// may never return, so nothing in one is looked at here. The filesystem of the project itself is not among them: if that hangs, nothing
/// goes on.
/// </summary>
internal sealed class RemoteMounts
{
    private readonly IReadOnlyList<Mount> _remote;

    public RemoteMounts(IReadOnlyList<Mount> mounts, string project)
    {
        _remote = [.. mounts.Where(m => FilesystemType.IsRemote(m.Type))];
        if (_remote.Count == 0) return;
        var own = PlaceOf(project, out _);
        if (own is not null) _remote = [.. _remote.Where(m => m.Point != own)];
    }

    public bool Any => _remote.Count > 0;

    /// <summary>The mount point that holds what the path leads to; null if that is on no remote filesystem.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="real">The path without links; up to the mount point only.</param>
    public string? PlaceOf(string path, out string real)
    {
        real = path;
        if (!Any) return null;
        var steps = PathSteps.Of(path, IsPoint);
        real = steps.Real;
        if (steps.Closed is not { } place) return null;
        // Remote in remote: the innermost one, as far as can be told without a look.
        foreach (var mount in _remote)
            if (mount.Point.Length > place.Length && MountTable.Holds(mount.Point, real)) return mount.Point;
        return place;
    }

    /// <summary>The way that a path leads, up to a remote filesystem other than the one that may be entered.</summary>
    public PathSteps StepsOf(string path, string? home) => PathSteps.Of(path, point => point != home && IsPoint(point));

    /// <summary>The path without links, as far as it leads through no remote filesystem.</summary>
    public string RealPath(string path) => PathSteps.Of(path, IsPoint).Real;

    /// <summary>The remote mount points below a directory.</summary>
    public IEnumerable<Mount> Below(string real) => _remote.Where(m => m.Point.Length > real.Length && MountTable.Holds(real, m.Point));

    /// <summary>The type of the filesystem that is mounted there; null if none is.</summary>
    public string? TypeAt(string point) => _remote.FirstOrDefault(m => m.Point == point)?.Type;

    private bool IsPoint(string path)
    {
        foreach (var mount in _remote)
            if (mount.Point == path) return true;
        return false;
    }
}
