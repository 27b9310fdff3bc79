using AiwgDaemon.Api.Files;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle.Doctor;

/// <summary>May the daemon write where it must, and does nobody else read what is private?</summary>
internal static class PermissionCheck
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<Finding> Run(ProjectPaths paths)
    {
        string[] candidates = [paths.Daemon, paths.Aiwg, paths.Project];
        if (candidates.FirstOrDefault(Directory.Exists) is not { } nearest)
        {
            yield return new("permissions", true, $"{paths.Project} is not a directory; name the project with --project");
            yield break;
        }
        var problems = 0;
        foreach (var directory in candidates.Where(Directory.Exists).Take(2))
        {
            if (WriteAccess.To(directory)) continue;
            problems++;
            yield return new(
                "permissions",
                true,
                $"{directory} cannot be written; the daemon keeps its files there: mount it writable, or change its owner or mode"
            );
        }
        if (
            !OperatingSystem.IsWindows()
            && Directory.Exists(paths.Daemon)
            && (File.GetUnixFileMode(paths.Daemon) & Others) != UnixFileMode.None
        )
        {
            problems++;
            yield return new("permissions", true, $"{paths.Daemon} is open to other users; run: chmod 700 {paths.Daemon}");
        }
        if (problems == 0) yield return new("permissions", false, $"{nearest} can be written");
    }
}
