using System.CommandLine;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary>
/// As whom a daemon is started, and whose word it takes: the options of start and restart, and AIWG_DAEMON_AS for containers.
/// </summary>
internal sealed class IdentityOptions
{
    private const string Variable = "AIWG_DAEMON_AS";

    private readonly Option<bool> _asOwner = new("--as-owner") { Description = "As root: start it as the user whose project it is" };

    private readonly Option<bool> _asMe = new("--as-me") { Description = "Start it as yourself, although the project is another user's" };

    private readonly Option<string?> _trust = new("--trust")
    {
        Description = "Run this project although others may write its configuration; remembered",
        HelpName = "PROJECT",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_asOwner);
        command.Options.Add(_asMe);
        command.Options.Add(_trust);
    }

    /// <summary>
    /// The project, if what is written there may be run; with --as-owner this process goes on as that user, from the beginning. A
    /// <see cref="CommandException"/> with the cure if not.
    /// </summary>
    /// <param name="parsed">The command.</param>
    /// <param name="paths">The project.</param>
    /// <param name="config">A configuration file that was named.</param>
    /// <param name="runsAsMe">A daemon of this user runs there already: it was decided then.</param>
    public ProjectTrust TrustOf(ParseResult parsed, ProjectPaths paths, string? config, bool runsAsMe)
    {
        var (asOwner, asMe) = Who(parsed);
        if (asOwner && new ProjectTrust(paths, config, asMe: false).ForeignOwner() is { } owner) Become(owner);
        if (parsed.GetValue(_trust) is { } named) Remember(named, paths, parsed);
        var trust = new ProjectTrust(paths, config, asMe || runsAsMe);
        if (trust.ForeignOwner() is null)
            foreach (var opened in trust.Close())
                parsed.InvocationConfiguration.Error.WriteLine($"Warning: {ConsoleText.Printable(opened)}");
        return trust.Fault() is { } fault ? throw new CommandException(fault) : trust;
    }

    private (bool AsOwner, bool AsMe) Who(ParseResult parsed)
    {
        var (asOwner, asMe) = (parsed.GetValue(_asOwner), parsed.GetValue(_asMe));
        if (asOwner && asMe) throw new CommandException("--as-owner and --as-me exclude each other; write one of them", ExitCodes.Usage);
        if (asOwner || asMe) return (asOwner, asMe);
        return Environment.GetEnvironmentVariable(Variable) switch
        {
            null or "" => (false, false),
            "owner" => (true, false),
            "me" => (false, true),
            var other => throw new CommandException(
                $"{Variable} is '{ConsoleText.Printable(other)}'; write owner or me, or leave it out", ExitCodes.Usage),
        };
    }

    private static void Become(UserAccount owner)
    {
        if (PeerCredentials.EffectiveUser() != 0)
            throw new CommandException(
                $"The project belongs to {owner.Display}, and only root can start a daemon as another user; use sudo"
            );
        var program = Environment.ProcessPath
            ?? throw new CommandException("The path of this program is not known, so it cannot start itself as another user; use sudo -u");
        owner.Run(program, Environment.GetCommandLineArgs()[1..]);
    }

    // By name: whoever stands somewhere below must have seen which project it is.
    private static void Remember(string named, ProjectPaths paths, ParseResult parsed)
    {
        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(named)) != paths.Project)
        {
            throw new CommandException(
                $"--trust names {ConsoleText.Printable(named)}, but the project is {ConsoleText.Printable(paths.Project)}; "
                + "name that, or choose the other with --project", ExitCodes.Usage);
        }
        var file = TrustedProjects.Add(paths.Project);
        parsed.InvocationConfiguration.Output.WriteLine(
            $"Trusted from now on: {ConsoleText.Printable(paths.Project)} (remembered in {ConsoleText.Printable(file)})");
    }
}
