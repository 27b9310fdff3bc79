using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// The projects of which this user said once, by name, that they are trusted whoever may write them: one absolute path a line, in
/// <c>aiwg-daemon/trusted</c> below <c>XDG_STATE_HOME</c> or <c>~/.local/state</c>. Read only if a project needs it.
/// </summary>
internal static class TrustedProjects
{
    /// <summary>True if the project was named before. False also if the file cannot be read.</summary>
    public static bool Has(string project)
    {
        try
        {
            return FilePath() is { } file && Lines(file).Contains(project, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not to know of any trust is the safe side; whoever is refused hears the cure.
            return false;
        }
    }

    /// <summary>
    /// Remembers the project and returns the file that says so; an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>
    /// if it cannot.
    /// </summary>
    public static string Add(string project)
    {
        var file = FilePath()
            ?? throw new IOException("HOME is not set, so it cannot be remembered which projects are trusted; set HOME or XDG_STATE_HOME");
        if (project.AsSpan().IndexOfAny('\n', '\r') >= 0)
            throw new IOException("A project whose path has a line break cannot be remembered as trusted; rename it");
        var directory = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, SecureFile.PrivateDirectory);
        var lines = File.Exists(file) ? Lines(file) : [];
        if (lines.Contains(project, StringComparer.Ordinal)) return file;
        SecureFile.Replace(file, string.Concat(lines.Append(project).Select(line => line + "\n")), SecureFile.Private, flush: true);
        return file;
    }

    private static List<string> Lines(string file)
    {
        try
        {
            return [.. Encoding.UTF8.GetString(SecureFile.ReadAll(file)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static string? FilePath() => UserStateDirectory() is { } directory ? Path.Combine(directory, "trusted") : null;

    /// <summary>Where this user's daemons keep what is about several projects; null without a HOME.</summary>
    public static string? UserStateDirectory()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state) || !Path.IsPathRooted(state))
        {
            var home = Environment.GetEnvironmentVariable("HOME");
            if (string.IsNullOrEmpty(home) || !Path.IsPathRooted(home)) return null;
            state = Path.Combine(home, ".local", "state");
        }
        return Path.Combine(state, "aiwg-daemon");
    }
}
