using System.Text;
using AiwgDaemon.Globs;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>
/// Where git keeps excludes that are not in a <c>.gitignore</c>: read from its files, for git need not be installed. Files are read in
/// git's order, the system's, the user's, the repository's, with what they include in its place; of several values the last one counts.
/// </summary>
internal sealed class GitConfiguration
{
    private const int MaxBytes = 1024 * 1024;

    // As git does; a cycle ends here too.
    private const int MaxDepth = 10;

    private const int MatchBudget = 1 << 16;

    private readonly string _top;
    private readonly string _home;
    private readonly string? _gitDirectory;
    private readonly string? _commonDirectory;
    private readonly List<GitConfigEntry> _entries = [];

    // Null while these are looked for: what hangs on them cannot hold any.
    private List<string>? _remotes;

    private GitConfiguration(string top)
    {
        _top = top;
        _home = Environment.GetEnvironmentVariable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        (_gitDirectory, _commonDirectory) = Directories(top);
    }

    /// <summary><c>info/exclude</c> of the repository whose work tree is at the path; null if it cannot be told.</summary>
    public static string? InfoExclude(string top) =>
        Directories(top).Common is { } directory ? Path.Combine(directory, "info", "exclude") : null;

    /// <summary><c>core.excludesFile</c>, else <c>~/.config/git/ignore</c>; null if the value is empty, which means none.</summary>
    public static string? GlobalExcludes(string top)
    {
        var configuration = new GitConfiguration(top);
        configuration.Read();
        var value = configuration
            ._entries.FindLast(e => e is { Section: "core", Subsection: "", Key: "excludesfile", Value: not null })
            ?.Value;
        if (value is null)
            return Path.Combine(configuration.UserDirectory, "ignore");
        return value.Length == 0 ? null : Path.GetFullPath(configuration.Expand(value), top);
    }

    private string UserDirectory =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(_home, ".config"),
            "git"
        );

    private void Read()
    {
        ReadFiles();
        if (!_entries.Exists(IsAboutRemotes)) return;
        _remotes = [.. _entries.Where(e => e is { Section: "remote", Key: "url", Value: not null }).Select(e => e.Value!)];
        _entries.Clear();
        ReadFiles();
    }

    private static bool IsAboutRemotes(GitConfigEntry entry) =>
        entry.Section == "includeif" && entry.Subsection.StartsWith("hasconfig:", StringComparison.Ordinal);

    private void ReadFiles()
    {
        if (Environment.GetEnvironmentVariable("GIT_CONFIG_NOSYSTEM") is null or "" or "0" or "false" or "no" or "off")
            Include(Environment.GetEnvironmentVariable("GIT_CONFIG_SYSTEM") is { Length: > 0 } system ? system : "/etc/gitconfig", 0);
        if (Environment.GetEnvironmentVariable("GIT_CONFIG_GLOBAL") is { } global)
        {
            if (global.Length > 0) Include(global, 0);
        }
        else
        {
            Include(Path.Combine(UserDirectory, "config"), 0);
            Include(Path.Combine(_home, ".gitconfig"), 0);
        }
        if (_commonDirectory is null) return;
        Include(Path.Combine(_commonDirectory, "config"), 0);
        if (
            _entries.FindLast(e => e is { Section: "extensions", Key: "worktreeconfig" }) is
            { Value: null or "true" or "yes" or "on" or "1" }
        )
            Include(Path.Combine(_gitDirectory!, "config.worktree"), 0);
    }

    private void Include(string file, int depth)
    {
        if (depth > MaxDepth || ReadText(file) is not { } text) return;
        foreach (var entry in GitConfigFile.Parse(text))
        {
            _entries.Add(entry);
            if (entry is not { Key: "path", Value.Length: > 0 })
                continue;
            if (
                (entry.Section == "include" && entry.Subsection.Length == 0)
                || (entry.Section == "includeif" && Holds(entry.Subsection, file))
            )
                Include(Path.GetFullPath(Expand(entry.Value), Path.GetDirectoryName(file)!), depth + 1);
        }
    }

    private bool Holds(string condition, string file)
    {
        var colon = condition.IndexOf(':');
        if (colon < 0) return false;
        var (kind, pattern) = (condition[..colon], condition[(colon + 1)..]);
        return kind switch
        {
            "gitdir" => IsGitDirectory(pattern, file, ignoreCase: false),
            "gitdir/i" => IsGitDirectory(pattern, file, ignoreCase: true),
            "onbranch" => _gitDirectory is not null
                && ReadText(Path.Combine(_gitDirectory, "HEAD"))?.Trim() is { } head
                && head.StartsWith("ref: refs/heads/", StringComparison.Ordinal)
                && IsMatch(pattern, head[16..]),
            "hasconfig" when pattern.StartsWith("remote.*.url:", StringComparison.Ordinal) => _remotes?.Exists(url =>
                IsMatch(pattern[13..], url)
            )
                ?? false,
            _ => false,
        };
    }

    // By the path as it is and as its links lead, as git does.
    private bool IsGitDirectory(string pattern, string file, bool ignoreCase)
    {
        if (_gitDirectory is null)
            return false;
        pattern = pattern.StartsWith("./", StringComparison.Ordinal)
            ? Path.Combine(Path.GetDirectoryName(RealPath(file))!, pattern[2..])
            : Expand(pattern);
        if (!Path.IsPathRooted(pattern))
            pattern = "**/" + pattern;
        var (wanted, real, given) = ignoreCase
            ? (pattern.ToLowerInvariant(), RealPath(_gitDirectory).ToLowerInvariant(), _gitDirectory.ToLowerInvariant())
            : (pattern, RealPath(_gitDirectory), _gitDirectory);
        return IsMatch(wanted, real) || IsMatch(wanted, given);
    }

    private static bool IsMatch(string pattern, string text)
    {
        if (pattern.EndsWith('/')) pattern += "**";
        var budget = MatchBudget;
        return GitWildmatch.IsMatch(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(text), pathname: true, ref budget);
    }

    // A link may stand at any step, most often at the last or for the whole of a home directory.
    private static string RealPath(string path)
    {
        try
        {
            for (var at = path; at is { Length: > 1 }; at = Path.GetDirectoryName(at))
            {
                FileSystemInfo info = Directory.Exists(at) ? new DirectoryInfo(at) : new FileInfo(at);
                if (info.ResolveLinkTarget(returnFinalTarget: true) is { } target) return RealPath(target.FullName + path[at.Length..]);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cycle, or not ours to look at: the path as it is must do.
        }
        return path;
    }

    private string Expand(string path) =>
        path == "~" ? _home : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(_home, path[2..])
        : path.StartsWith('~') && !OperatingSystem.IsWindows() ? HomeOf(path) : path;

    // ~name/rest, from the list of users; one that only a directory service knows is not found.
    private static string HomeOf(string path)
    {
        var slash = path.IndexOf('/');
        var name = slash < 0 ? path[1..] : path[1..slash];
        foreach (var line in (ReadText("/etc/passwd") ?? "").Split('\n'))
            if (line.Split(':') is [var user, _, _, _, _, var home, ..] && user == name) return home + (slash < 0 ? "" : path[slash..]);
        return path;
    }

    // .git is a directory, or in a work tree or submodule a file that names one, which may name the common one.
    private static (string? Own, string? Common) Directories(string top)
    {
        var git = Path.Combine(top, ".git");
        if (Directory.Exists(git)) return (git, git);
        if (FirstLine(git) is not { } line || !line.StartsWith("gitdir:", StringComparison.Ordinal)) return (null, null);
        var directory = Path.GetFullPath(line[7..].Trim(), top);
        return (
            directory,
            FirstLine(Path.Combine(directory, "commondir")) is { } common ? Path.GetFullPath(common.Trim(), directory) : directory
        );
    }

    private static string? FirstLine(string path) => ReadText(path)?.Split('\n', 2)[0];

    // What cannot be read, or is no regular file, is as if it were not there, like git.
    private static string? ReadText(string path) =>
        ForeignFile.TryReadAll(path, MaxBytes, Links.Followed, out _) is { } content ? Encoding.UTF8.GetString(content) : null;
}
