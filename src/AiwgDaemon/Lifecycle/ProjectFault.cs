namespace AiwgDaemon.Lifecycle;

/// <summary>What has the names of the project's directories wrongly, in one sentence with the cure: no command finds anything of a daemon
/// there.</summary>
internal static class ProjectFault
{
    /// <summary>Null if <c>.aiwg</c> and <c>.aiwg/daemon</c> are directories or are still to be made.</summary>
    public static string? Of(ProjectPaths paths) => OfFolder(paths) ?? OfDaemon(paths.Daemon);

    /// <summary>Of <c>.aiwg</c> alone, which may be a link to a directory.</summary>
    public static string? OfFolder(ProjectPaths paths)
    {
        var path = paths.Aiwg;
        if (Directory.Exists(path)) return null;
        if (new FileInfo(path).LinkTarget is { } target)
            return $"{path} is a symbolic link to {target}, which is not a directory; make a directory there, or remove the link";
        return NoDirectory(path);
    }

    // Its content is private: a link could lead to where others write.
    private static string? OfDaemon(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
            return $"{path} is a symbolic link, which is not followed; remove it, or put a directory in its place";
        return NoDirectory(path);
    }

    private static string? NoDirectory(string path) =>
        File.Exists(path) ? $"{path} is not a directory, which the daemon's files need; move it out of the way" : null;
}
