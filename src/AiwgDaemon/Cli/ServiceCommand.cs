using System.CommandLine;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Lifecycle.Services;

namespace AiwgDaemon.Cli;

/// <summary><c>service</c>: the project's daemon under systemd, launchd or the Windows task scheduler.</summary>
internal static class ServiceCommand
{
    public static Command Create() =>
        HelpScreen.WithExamples(
            new Command("service", "Run the daemon under the system's service manager: started at boot or login, restarted after a failure")
            {
                Print(),
                Install(),
                Uninstall(),
            },
            "service install --user",
            "service install --project /srv/site  # as root: for the whole machine"
        );

    private static Option<bool> User() =>
        new("--user") { Description = "For the person who is logged in; needs no privileges (default: for the machine)" };

    private static Option<string?> Config() =>
        new("--config") { Description = "Configuration file (default: .aiwg/daemon.yaml)", HelpName = "FILE" };

    private static Command Print()
    {
        var (user, config) = (User(), Config());
        var manager = new Option<string?>("--for")
        {
            Description = "systemd, launchd or windows (default: what this system has)",
            HelpName = "MANAGER",
        };
        manager.AcceptOnlyFromAmong("systemd", "launchd", "windows");
        var command = new Command("print", "Print the unit, property list or task, and change nothing") { user, config, manager };
        command.SetAction(parsed =>
        {
            var kind = parsed.GetValue(manager) switch
            {
                "systemd" => ServiceManager.Systemd,
                "launchd" => ServiceManager.Launchd,
                "windows" => ServiceManager.Windows,
                _ => ServiceDefinition.ManagerOfThisSystem,
            };
            parsed.InvocationConfiguration.Output.Write(Definition(parsed, user, config, kind).Render(kind));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "service print", "service print --user --for launchd");
    }

    private static Command Install()
    {
        var (user, config) = (User(), Config());
        var command = new Command("install", "Install the service, enable and start it; again to bring it up to date") { user, config };
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.DirectoryOf(parsed);
            var installer = new ServiceInstaller(Definition(parsed, user, config, ServiceDefinition.ManagerOfThisSystem));
            if (installer.File is { } file && !File.Exists(file) && RunningDaemon.Find(paths) is { } running)
                throw new CommandException(
                    $"A daemon already runs for {paths.Project} (pid {running.Pid}); end it with 'aiwg-daemon stop', then install the "
                        + "service",
                    ExitCodes.AlreadyRunning
                );
            foreach (var line in installer.InstallAsync().GetAwaiter().GetResult())
                parsed.InvocationConfiguration.Output.WriteLine(line);
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "service install --user");
    }

    private static Command Uninstall()
    {
        var user = User();
        var command = new Command("uninstall", "Stop the service and remove it; the project keeps its files") { user };
        command.SetAction(parsed =>
        {
            var definition = ServiceDefinition.Of(
                GlobalOptions.DirectoryOf(parsed),
                config: null,
                parsed.GetValue(user),
                ServiceDefinition.ManagerOfThisSystem
            );
            var removed = new ServiceInstaller(definition).UninstallAsync().GetAwaiter().GetResult();
            parsed.InvocationConfiguration.Output.WriteLine(
                removed
                    ? $"Removed {definition.Name}"
                    : $"{definition.Name} is not "
                        + $"installed{(parsed.GetValue(user) ? "" : "; with --user it would be looked for among yours")}"
            );
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "service uninstall --user");
    }

    private static ServiceDefinition Definition(ParseResult parsed, Option<bool> user, Option<string?> config, ServiceManager manager) =>
        ServiceDefinition.Of(
            GlobalOptions.DirectoryOf(parsed),
            parsed.GetValue(config) is { } file ? Path.GetFullPath(file) : null,
            parsed.GetValue(user),
            manager
        );
}
