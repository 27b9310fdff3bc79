using System.Globalization;
using AiwgDaemon.Config;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// Who may decide what the daemon runs: whoever may write <c>.aiwg</c>, the configuration or the lock. Before anything of a project is
/// run, all of them must be this user's or root's, and nobody else's to write (as git's safe.directory). Linux only; elsewhere every
/// project is trusted.
/// </summary>
/// <param name="paths">The project.</param>
/// <param name="configFile">A configuration file that was named; null: the project's own.</param>
/// <param name="asMe">The person said that the daemon is to run as this user, although the project is another's.</param>
internal sealed class ProjectTrust(ProjectPaths paths, string? configFile, bool asMe)
{
    private const UnixFileMode WritableByAll = UnixFileMode.OtherWrite;
    private const UnixFileMode WritableByGroup = UnixFileMode.GroupWrite;

    private readonly uint _user = OperatingSystem.IsLinux() ? PeerCredentials.EffectiveUser() : 0;

    /// <summary>To be passed on to the process that is the daemon.</summary>
    public bool AsMe => asMe;

    /// <summary>
    /// The user whose project it is: of <c>.aiwg</c>, its configuration and its directory the first that is not root's. Null if that is
    /// this user, or cannot be told.
    /// </summary>
    public UserAccount? ForeignOwner()
    {
        if (!OperatingSystem.IsLinux()) return null;
        foreach (var path in _user == 0 ? [.. Deciding(), paths.Project] : Deciding())
            if (Look(path) is { } status && status.Uid != _user && status.Uid != 0) return UserAccount.Of(status.Uid, status.Gid);
        return null;
    }

    /// <summary>Why nothing of this project is run, with the cure; null if it may be.</summary>
    public string? Fault()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var owner = asMe ? null : ForeignOwner();
        var open = owner is null ? OpenToOthers() : null;
        if ((owner is null && open is null) || TrustedProjects.Has(paths.Project)) return null;
        return owner is null ? $"{open}, or, if you trust all of them: {TrustCommand}" : _user == 0 ? RefusalOfRoot(owner) : Refusal(owner);
    }

    /// <summary>
    /// Takes the right to write away from every user if this user's own files have it, as after a umask of 0. Returns what was open
    /// until now, each a sentence: somebody may have written there. What cannot be closed is left to <see cref="Fault"/>.
    /// </summary>
    public IReadOnlyList<string> Close()
    {
        if (!OperatingSystem.IsLinux()) return [];
        List<string> closed = [];
        foreach (var path in Deciding())
        {
            if (Look(path) is not { } status || !IsOpenToAll(status) || status.Uid != _user) continue;
            File.SetUnixFileMode(path, status.Permissions & ~WritableByAll);
            if (Look(path) is { } now && !IsOpenToAll(now))
                closed.Add($"{path} could be written by every user of this machine, and no longer can: look whether it is as you left it");
        }
        return closed;
    }

    private string TrustCommand => $"aiwg-daemon start --trust '{paths.Project}'";

    private string RefusalOfRoot(UserAccount owner) =>
        $"The project {paths.Project} belongs to {owner.Display}, and this is root: "
        + "what that user wrote into its configuration would run as root; "
        + "start it as its owner with --as-owner, or as root all the same with --as-me "
        + "(in a container: run it as that user, or set AIWG_DAEMON_AS to owner or to me)";

    private string Refusal(UserAccount owner) =>
        $"The project {paths.Project} belongs to {owner.Display}, who could run anything as you by what is written there; "
        + $"make a project of your own here (aiwg-daemon start --project .), or, if you trust that user, say so once: {TrustCommand}";

    private string? OpenToOthers()
    {
        foreach (var path in Deciding())
        {
            if (Look(path) is not { } status || status.Kind == FileKind.Link || IsSticky(status)) continue;
            var mode = Convert.ToString((int)status.Permissions, 8);
            if (IsOpenToAll(status))
                return $"{path} may be written by every user of this machine (mode {mode}), who could run anything as you; "
                    + $"run: chmod o-w '{path}'";
            if (status.Permissions.HasFlag(WritableByGroup) && !PrivateGroup.Is(status.Gid, status.Uid == 0 ? _user : status.Uid))
                return $"{path} may be written by all of group {status.Gid.ToString(CultureInfo.InvariantCulture)} (mode {mode}), "
                    + $"who could run anything as you; run: chmod g-w '{path}'";
        }
        return null;
    }

    private static bool IsOpenToAll(in FileStatus status) =>
        status.Kind != FileKind.Link && !IsSticky(status) && status.Permissions.HasFlag(WritableByAll);

    // In a sticky directory others may only add names: what they add is theirs, and refused as such.
    private static bool IsSticky(in FileStatus status) =>
        status.Kind == FileKind.Directory && status.Permissions.HasFlag(UnixFileMode.StickyBit);

    // What is a link is looked at itself and where it leads.
    private IEnumerable<string> Deciding()
    {
        var config = ConfigLoader.Find(paths.Project, configFile);
        return [paths.Aiwg, config, paths.Daemon, paths.Lock, .. Targets(paths.Aiwg), .. Targets(config)];
    }

    private static IEnumerable<string> Targets(string path) =>
        new FileInfo(path).LinkTarget is null || File.ResolveLinkTarget(path, returnFinalTarget: true) is not { } target
            ? []
            : [target.FullName];

    // What is not there yet is made by this user.
    private static FileStatus? Look(string path) => FileStatus.TryGet(path, out var status) ? status : null;
}
