using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

/// <summary>Where git keeps excludes that are not in a <c>.gitignore</c>: read from its files, for git need not be installed.</summary>
internal static class GitConfiguration
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary><c>info/exclude</c> of the repository whose work tree is at the path; null where it cannot be told.</summary>
    public static string? InfoExclude(string top) => CommonDirectory(top) is { } directory ? Path.Combine(directory, "info", "exclude") : null;

    /// <summary><c>core.excludesFile</c>, the repository's before the user's before the system's, else <c>~/.config/git/ignore</c>.</summary>
    public static string? GlobalExcludes(string top)
    {
        var home = Environment.GetEnvironmentVariable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".config");
        string?[] files =
        [
            CommonDirectory(top) is { } directory ? Path.Combine(directory, "config") : null,
            Path.Combine(home, ".gitconfig"), Path.Combine(config, "git", "config"), "/etc/gitconfig",
        ];
        foreach (var file in files)
        {
            if (file is null || ReadLines(file) is not { } lines || ExcludesFile(lines) is not { } value) continue;
            return value.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, value[2..]) : Path.GetFullPath(value, top);
        }
        return Path.Combine(config, "git", "ignore");
    }

    /// <summary>The last <c>excludesFile</c> in a section <c>[core]</c>; null where there is none.</summary>
    public static string? ExcludesFile(IEnumerable<string> lines)
    {
        string? found = null;
        var inCore = false;
        foreach (var line in lines.Select(l => l.Trim()))
        {
            if (line.StartsWith('[')) inCore = line.StartsWith("[core]", StringComparison.OrdinalIgnoreCase);
            var equals = line.IndexOf('=');
            if (!inCore || equals < 0 || !line.AsSpan(0, equals).Trim().Equals("excludesfile", StringComparison.OrdinalIgnoreCase)) continue;
            found = line[(equals + 1)..].Trim().Trim('"').Replace("\\\\", "\\");
        }
        return found is { Length: > 0 } ? found : null;
    }

    // .git is a directory, or in a work tree or submodule a file that names one, which may name the common one.
    private static string? CommonDirectory(string top)
    {
        var git = Path.Combine(top, ".git");
        if (Directory.Exists(git)) return git;
        if (ReadLines(git) is not [var line, ..] || !line.StartsWith("gitdir:", StringComparison.Ordinal)) return null;
        var directory = Path.GetFullPath(line[7..].Trim(), top);
        return ReadLines(Path.Combine(directory, "commondir")) is [var common, ..] ? Path.GetFullPath(common.Trim(), directory) : directory;
    }

    // What cannot be read, or is no regular file, is as if it were not there, like git.
    private static string[]? ReadLines(string path) =>
        ForeignFile.TryReadAll(path, MaxBytes, Links.Followed, out _) is { } content ? Encoding.UTF8.GetString(content).ReplaceLineEndings("\n").Split('\n') : null;
}
