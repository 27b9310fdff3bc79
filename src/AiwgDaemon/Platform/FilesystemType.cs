namespace AiwgDaemon.Platform;

/// <summary>What the types of filesystems, as mountinfo names them, can and cannot do for a watcher.</summary>
internal static class FilesystemType
{
    // overlay is not among them: changes through the merged mount, the only ones a container makes, are reported.
    private static readonly HashSet<string> Blind = new(StringComparer.Ordinal)
    {
        "9p",
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "ceph",
        "lustre",
        "gfs2",
        "ocfs2",
        "virtiofs",
        "vboxsf",
        "prl_fs",
        "drvfs",
        "fuse",
        "ncpfs",
        "coda",
        "orangefs",
        "beegfs",
        "gpfs",
    };

    // A number that the driver makes up anew when a file has left the cache. An overlay may give another when it copies a file up.
    private static readonly HashSet<string> Renumbering = new(StringComparer.Ordinal)
    {
        "9p", "cifs", "smb3", "smbfs", "virtiofs", "vboxsf", "prl_fs", "drvfs", "fuse", "fuseblk", "overlay", "vfat", "exfat", "msdos",
    };

    /// <summary>True for a type that does not report changes made elsewhere: on the server, on the host of a container or a virtual
    /// machine.</summary>
    public static bool IsBlind(string type) => Blind.Contains(type) || type.StartsWith("fuse.", StringComparison.Ordinal);

    /// <summary>False for a type of which the same file may have another inode number later.</summary>
    public static bool KeepsInodes(string type) => !Renumbering.Contains(type) && !type.StartsWith("fuse.", StringComparison.Ordinal);

    /// <summary>True for a type whose calls wait for another machine or program, for ever if that does not answer.</summary>
    public static bool IsRemote(string type) => IsBlind(type) || type is "fuseblk" or "autofs";
}
