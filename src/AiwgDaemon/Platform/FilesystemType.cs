using System.Globalization;
using System.Text;

namespace AiwgDaemon.Platform;

/// <summary>
/// Which mounted filesystems do not report changes that are made elsewhere (on the server, on the host of a container or a
/// virtual machine), from <c>/proc/self/mountinfo</c>. Empty where there is no such file.
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

    /// <summary>Mount points and whether each is blind, the longest first, so that the first that holds a path is its own.</summary>
    public static IReadOnlyList<(string MountPoint, string Type)> Mounts()
    {
        if (!OperatingSystem.IsLinux()) return [];
        try
        {
            return Parse(File.ReadAllText("/proc/self/mountinfo"));
        }
        catch (IOException)
        {
            // No /proc: a bare chroot. inotify is taken to work, as it does on every local filesystem.
            return [];
        }
    }

    /// <summary>The type of the filesystem that holds an absolute path; null where unknown.</summary>
    public static string? Of(string path, IReadOnlyList<(string MountPoint, string Type)> mounts)
    {
        foreach (var (point, type) in mounts)
            if (Holds(point, path)) return type;
        return null;
    }

    /// <summary>Parses the text of mountinfo (proc(5)); later mounts hide earlier ones at the same place.</summary>
    public static IReadOnlyList<(string MountPoint, string Type)> Parse(string mountinfo)
    {
        var mounts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in mountinfo.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-");
            if (separator < 5 || separator + 1 >= fields.Length) continue;
            mounts[Unescape(fields[4])] = fields[separator + 1];
        }
        return [.. mounts.Select(m => (m.Key, m.Value)).OrderByDescending(m => m.Key.Length)];
    }

    private static bool Holds(string point, string path) =>
        point == "/" || (path.StartsWith(point, StringComparison.Ordinal) && (path.Length == point.Length || path[point.Length] == '/'));

    // Space, tab, newline and backslash are written as \ and three octal digits.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\')) return field;
        var text = new StringBuilder();
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && int.TryParse(field.AsSpan(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var octal))
            {
                text.Append((char)((octal / 100 * 64) + (octal / 10 % 10 * 8) + (octal % 10)));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }
        return text.ToString();
    }
}
