using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>A mounted filesystem. The id tells one from another that is mounted at the same place later.</summary>
internal sealed record Mount(string Point, string Type, int Id);

/// <summary>
/// What is mounted where, from <c>/proc/self/mountinfo</c> (proc(5)), whose descriptor poll(2) calls urgent when that has changed. Without
/// such a file, in a bare chroot or on another system, nothing is mounted. Not thread-safe.
/// </summary>
internal sealed class MountTable : IDisposable
{
    private const string Source = "/proc/self/mountinfo";

    private readonly SafeFileHandle? _file;
    private IReadOnlyList<Mount>? _mounts;
    private bool _changed;

    public MountTable()
    {
        try
        {
            if (OperatingSystem.IsLinux()) _file = File.OpenHandle(Source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc: a bare chroot. inotify is taken to work, as it does on every local filesystem.
        }
    }

    /// <summary>For poll(2); -1 if there is none.</summary>
    public int Descriptor => _file is null ? -1 : (int)_file.DangerousGetHandle();

    /// <summary>The longest point first, so that the first that holds a path is its own.</summary>
    public IReadOnlyList<Mount> Mounts => _mounts ??= _file is null ? [] : Parse(ReadAll(_file));

    /// <summary>poll(2) has told so.</summary>
    public void HasChanged() => _changed = true;

    /// <summary>
    /// Reads anew what has changed; true if that concerns one of the directories, something above or something below it. What is
    /// mounted elsewhere, by every container that starts, does not.
    /// </summary>
    public bool TakeChange(IEnumerable<string> directories)
    {
        if (!_changed) return false;
        _changed = false;
        if (_mounts is not { } before) return true;
        _mounts = null;
        var differing = before.Except(Mounts).Concat(Mounts.Except(before)).ToList();
        return differing.Count > 0
            && directories.Any(directory => differing.Exists(mount => Holds(mount.Point, directory) || Holds(directory, mount.Point)));
    }

    /// <summary>The type of the filesystem that holds an absolute path; null if unknown.</summary>
    public string? TypeOf(string path)
    {
        foreach (var mount in Mounts)
            if (Holds(mount.Point, path)) return mount.Type;
        return null;
    }

    /// <summary>Parses the text of mountinfo; later mounts hide earlier ones at the same place.</summary>
    public static IReadOnlyList<Mount> Parse(string mountinfo)
    {
        var mounts = new Dictionary<string, Mount>(StringComparer.Ordinal);
        foreach (var line in mountinfo.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-");
            if (
                separator < 5
                || separator + 1 >= fields.Length
                || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            )
                continue;
            var point = Unescape(fields[4]);
            mounts[point] = new Mount(point, fields[separator + 1], id);
        }
        return [.. mounts.Values.OrderByDescending(m => m.Point.Length)];
    }

    public void Dispose() => _file?.Dispose();

    // By the descriptor, which stays good whatever becomes of /proc.
    private static string ReadAll(SafeFileHandle file)
    {
        var content = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = RandomAccess.Read(file, content.GetSpan(16 * 1024), content.WrittenCount);
            if (read == 0) return Encoding.UTF8.GetString(content.WrittenSpan);
            content.Advance(read);
        }
    }

    /// <summary>True if the path is the directory or below it.</summary>
    public static bool Holds(string point, string path) =>
        point == "/" || (path.StartsWith(point, StringComparison.Ordinal) && (path.Length == point.Length || path[point.Length] == '/'));

    // Space, tab, newline and backslash are written as \ and three octal digits.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\')) return field;
        var text = new StringBuilder();
        for (var i = 0; i < field.Length; i++)
        {
            if (
                field[i] == '\\'
                && i + 3 < field.Length
                && int.TryParse(field.AsSpan(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var octal)
            )
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
