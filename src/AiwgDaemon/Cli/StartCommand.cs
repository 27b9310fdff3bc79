using System.CommandLine;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary><c>start</c>: in the background, returning when the daemon is ready, or in the foreground.</summary>
internal static class StartCommand
{
    public static Command Create()
    {
        var foreground = new Option<bool>("--foreground")
        {
            Description = "Stay in the foreground and log to the console (containers, systemd)",
        };
        var options = new StartOptions();
        var command = new Command("start", "Start the daemon; returns when it is ready") { foreground };
        options.AddTo(command);
        HelpScreen.WithExamples(
            command,
            "start",
            "start --foreground  # in a container, or under systemd",
            "start --config ci.yaml --wait 5"
        );
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            var config = options.ConfigOf(parsed);
            var trust = options.TrustOf(parsed, paths, config);
            return parsed.GetValue(foreground)
                ? DaemonHost.Run(paths, config, trust, Readiness.FromEnvironment())
                : Launch(paths, config, trust, options.WaitOf(parsed), parsed);
        });
        return command;
    }

    /// <summary>Starts a detached daemon and says how it went.</summary>
    public static int Launch(ProjectPaths paths, string? config, ProjectTrust trust, TimeSpan wait, ParseResult parsed)
    {
        Launched launched;
        using (
            new ProgressLine(parsed.InvocationConfiguration.Error, () =>
                $"Waiting for the daemon to be ready, {ConsoleText.Duration(wait)} at most"
            )
        )
            launched = Launcher.Start(paths, config, trust, wait);
        foreach (var line in launched.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            parsed.InvocationConfiguration.Error.WriteLine(ConsoleText.Printable(ConfigCommand.ShownLine(line)));
        if (launched.ExitCode == ExitCodes.Success)
            parsed.InvocationConfiguration.Output.WriteLine(
                $"Daemon started (pid {launched.Pid}) for {ConsoleText.Printable(paths.Project)}"
            );
        return launched.ExitCode;
    }
}

/// <summary>The options that start and restart share.</summary>
internal sealed class StartOptions
{
    private readonly Option<string?> _config = new("--config")
    {
        Description = "Configuration file (default: .aiwg/daemon.yaml)",
        HelpName = "FILE",
    };

    private readonly Option<double> _wait = new("--wait")
    {
        Description = "Longest time to wait until the daemon is ready (default: 30)",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 30,
    };

    private readonly IdentityOptions _identity = new();

    public StartOptions() => _wait.Validators.Add(Seconds.MustBePositive);

    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_wait);
        _identity.AddTo(command);
    }

    /// <summary>As <see cref="IdentityOptions.TrustOf"/>.</summary>
    public ProjectTrust TrustOf(ParseResult parsed, ProjectPaths paths, string? config, bool runsAsMe = false) =>
        _identity.TrustOf(parsed, paths, config, runsAsMe);

    public string? ConfigOf(ParseResult parsed) => parsed.GetValue(_config) is { } file ? Path.GetFullPath(file) : null;

    public TimeSpan WaitOf(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_wait));
}
