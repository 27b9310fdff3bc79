using System.Globalization;
using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// The projects in which this user has started a daemon: a file for each in <c>aiwg-daemon/projects</c> of the state directory, which holds
/// the project's path. A file each, so that daemons that start at once do not overwrite each other's. Whether one runs is the lock's to
/// say.
/// </summary>
internal static class KnownProjects
{
    // With more, those of projects that are gone are removed: tests and builds make many that live for a minute.
    private const int Many = 50;

    private const int LongestPath = 64 * 1024;

    /// <summary>Remembers the project; null, or why that cannot be done. One look at the disk if it is known already.</summary>
    public static string? Note(string project)
    {
        if (Folder() is not { } folder) return "HOME is not set";
        try
        {
            var file = Path.Combine(folder, Name(project));
            if (File.Exists(file)) return null;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, SecureFile.PrivateDirectory);
            Forget(folder);
            SecureFile.Replace(file, project + "\n", SecureFile.Private);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>All that are known, by path. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if that cannot be
    /// read.</summary>
    public static IReadOnlyList<string> All()
    {
        if (Folder() is not { } folder || !Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateFiles(folder).Select(Read).OfType<string>().Order(StringComparer.Ordinal)];
    }

    private static void Forget(string folder)
    {
        var files = Directory.GetFiles(folder);
        if (files.Length < Many) return;
        foreach (var file in files)
            if (Read(file) is not { } project || !Directory.Exists(project)) File.Delete(file);
    }

    // Null for what is no entry of ours: another name, or another path than the name says.
    private static string? Read(string file)
    {
        var project = ForeignFile.TryReadAll(file, LongestPath, Links.Refused, out _) is { } content
            ? Encoding.UTF8.GetString(content).TrimEnd('\n')
            : "";
        return Path.IsPathRooted(project) && Path.GetFileName(file) == Name(project) ? project : null;
    }

    private static string? Folder() => TrustedProjects.UserStateDirectory() is { } directory ? Path.Combine(directory, "projects") : null;

    // FNV-1a, 64 bits: two paths that share it would share an entry, and the one that started last would be listed.
    private static string Name(string project)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(project)) hash = (hash ^ value) * 1099511628211UL;
        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}
