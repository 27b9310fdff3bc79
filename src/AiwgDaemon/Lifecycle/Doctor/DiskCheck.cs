using AiwgDaemon.Api.Files;
using AiwgDaemon.Sources.Watch;

namespace AiwgDaemon.Lifecycle.Doctor;

/// <summary>Is there room for logs, journal and output, and does the filesystem report changes?</summary>
internal static class DiskCheck
{
    private const long Needed = 200L * 1024 * 1024;

    // On these another machine, or the host of a virtual one, may change files without this kernel's knowledge.
    private static readonly string[] Remote =
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "9p",
        "v9fs",
        "afs",
        "ceph",
        "fuse.sshfs",
        "vboxsf",
        "virtiofs",
        "drvfs",
    ];

    public static IEnumerable<Finding> Run(ProjectPaths paths, WatchOptions? watch)
    {
        if (!Directory.Exists(paths.Project)) yield break;
        var findings = new List<Finding>(2);
        try
        {
            var drive = new DriveInfo(paths.Project);
            var free = drive.AvailableFreeSpace;
            findings.Add(
                new(
                    "disk",
                    free < Needed,
                    free < Needed
                        ? $"{free / 1048576:N0} MB are free below {paths.Project}; logs and action output need at least "
                            + $"{Needed / 1048576} MB: make room"
                        : $"{free / 1048576:N0} MB are free"
                )
            );
            var remote =
                Remote.Contains(drive.DriveFormat, StringComparer.OrdinalIgnoreCase)
                && watch is { Enabled: true, Polling: not Polling.Always };
            findings.Add(
                new(
                    "filesystem",
                    remote,
                    remote
                        ? $"{drive.DriveFormat} does not report what other machines change; set watch.polling: always"
                        : drive.DriveFormat
                )
            );
        }
        catch (IOException e)
        {
            findings.Add(new("disk", true, $"{paths.Project}: {e.Message}"));
        }
        foreach (var finding in findings) yield return finding;
    }
}
