using System.Globalization;
using System.Text;
using AiwgDaemon.Config;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle.Services;

/// <summary>The service manager that a definition is written for.</summary>
internal enum ServiceManager
{
    Systemd,
    Launchd,
    Windows,
}

/// <summary>A project's daemon as a service: what all service managers need to know. All paths are absolute.</summary>
internal sealed record ServiceDefinition
{
    public required string Program { get; init; }

    public required string Project { get; init; }

    /// <summary>Null if the project's default file is meant.</summary>
    public string? Config { get; init; }

    /// <summary>For the person who is logged in, rather than for the whole machine.</summary>
    public bool ForUser { get; init; }

    /// <summary>Who a service of the whole machine runs as: the only one whom the daemon lets in.</summary>
    public required string Owner { get; init; }

    /// <summary>PATH of the daemon and its actions: a service manager's own has hardly anything on it.</summary>
    public string SearchPath { get; init; } = "";

    /// <summary>The same for the same project always, and another for every other: its directory's name and a hash of its path.</summary>
    public string Name => $"aiwg-daemon-{Slug(Path.GetFileName(Project))}-{ConfigHash.Of(Encoding.UTF8.GetBytes(Project))[..8]}";

    public IReadOnlyList<string> Arguments => Config is null
        ? ["start", "--foreground", "--project", Project]
        : ["start", "--foreground", "--project", Project, "--config", Config];

    public static ServiceManager ManagerOfThisSystem =>
        OperatingSystem.IsWindows() ? ServiceManager.Windows : OperatingSystem.IsMacOS() ? ServiceManager.Launchd : ServiceManager.Systemd;

    /// <summary>The service of a project, for this program where it is now.</summary>
    public static ServiceDefinition Of(ProjectPaths paths, string? config, bool forUser, ServiceManager manager) =>
        new()
        {
            Program = Environment.ProcessPath
                ?? throw new StartException("The path of this program is not known, so no service can name it", StartFailure.Other),
            Project = paths.Project,
            Config = config,
            ForUser = forUser,
            Owner = OwnerOf(paths.Project, manager),
            SearchPath = Environment.GetEnvironmentVariable("PATH") ?? "",
        };

    /// <summary>The definition in the manager's own language.</summary>
    public string Render(ServiceManager manager) => manager switch
    {
        ServiceManager.Systemd => SystemdUnit.Render(this),
        ServiceManager.Launchd => LaunchdPlist.Render(this),
        _ => ScheduledTask.Render(this),
    };

    // A number does for systemd only; the others get the name of the person who installs the service, also with sudo.
    private static string OwnerOf(string project, ServiceManager manager) =>
        manager == ServiceManager.Systemd && OperatingSystem.IsLinux() && FileStatus.TryGet(project, out var status)
            ? status.Uid.ToString(CultureInfo.InvariantCulture)
            : Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } person ? person : Environment.UserName;

    private static string Slug(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
            if (slug.Length == 40) break;
        }
        var text = slug.ToString().TrimEnd('-');
        return text.Length == 0 ? "project" : text;
    }
}
