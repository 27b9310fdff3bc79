namespace AiwgDaemon.Platform;

/// <summary>
/// Which types of filesystems do not report changes that are made elsewhere: on the server, on the host of a container or a
/// virtual machine.
/// </summary>
internal static class FilesystemType
{
    // overlay is not among them: changes through the merged mount, the only ones a container makes, are reported.
    private static readonly HashSet<string> Blind = new(StringComparer.Ordinal)
    {
        "9p", "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "gfs2", "ocfs2", "virtiofs", "vboxsf", "prl_fs", "drvfs", "fuse", "ncpfs", "coda", "orangefs", "beegfs", "gpfs",
    };

    /// <summary>True for a type as mountinfo names it.</summary>
    public static bool IsBlind(string type) => Blind.Contains(type) || type.StartsWith("fuse.", StringComparison.Ordinal);
}
