using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle.Services;

/// <summary>
/// Hands a definition to the service manager of this system, or takes it back; doing either twice changes nothing more. A
/// <see cref="StartException"/> says what the manager refused and with which words.
/// </summary>
internal sealed class ServiceInstaller(ServiceDefinition service)
{
    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Where the definition belongs; null on Windows, which keeps tasks itself.</summary>
    public string? File =>
        ServiceDefinition.ManagerOfThisSystem switch
        {
            ServiceManager.Systemd => Path.Combine(
                service.ForUser ? SystemdUserDirectory() : "/etc/systemd/system",
                service.Name + ".service"
            ),
            ServiceManager.Launchd => Path.Combine(
                service.ForUser ? Path.Combine(Home, "Library/LaunchAgents") : "/Library/LaunchDaemons",
                LaunchdPlist.Label(service) + ".plist"
            ),
            _ => null,
        };

    /// <summary>Installs, enables and starts it. The lines say what was done and what is left to the person.</summary>
    public async Task<IReadOnlyList<string>> InstallAsync()
    {
        var manager = ServiceDefinition.ManagerOfThisSystem;
        await ManagerMustAnswerAsync(manager);
        if (manager == ServiceManager.Windows) return await InstallTaskAsync();
        var isNew = !System.IO.File.Exists(File);
        var text = service.Render(manager);
        var changed = isNew || await System.IO.File.ReadAllTextAsync(File!) != text;
        if (changed)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File!)!);
            SecureFile.Replace(File!, text, SecureFile.Shared);
        }
        return manager == ServiceManager.Systemd ? await StartUnitAsync(isNew, changed) : await StartAgentAsync(changed);
    }

    /// <summary>Stops, disables and removes it; false if it was not installed.</summary>
    public async Task<bool> UninstallAsync()
    {
        var manager = ServiceDefinition.ManagerOfThisSystem;
        if (manager == ServiceManager.Windows)
        {
            var (exitCode, _) = await RunAsync("schtasks", ["/Query", "/TN", service.Name]);
            if (exitCode != 0) return false;
            // A task that does not run cannot be ended, which is as good.
            await RunAsync("schtasks", ["/End", "/TN", service.Name]);
            await MustAsync("schtasks", ["/Delete", "/TN", service.Name, "/F"]);
            return true;
        }
        if (!System.IO.File.Exists(File)) return false;
        if (manager == ServiceManager.Systemd)
        {
            await MustAsync("systemctl", Systemctl("disable", "--now", service.Name));
            System.IO.File.Delete(File);
            await MustAsync("systemctl", Systemctl("daemon-reload"));
            return true;
        }
        // One that is not loaded cannot be unloaded, which is as good.
        await RunAsync("launchctl", ["bootout", $"{await LaunchdDomainAsync()}/{LaunchdPlist.Label(service)}"]);
        System.IO.File.Delete(File);
        return true;
    }

    private static string SystemdUserDirectory()
    {
        var config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        return Path.Combine(string.IsNullOrEmpty(config) ? Path.Combine(Home, ".config") : config, "systemd/user");
    }

    private async Task<IReadOnlyList<string>> StartUnitAsync(bool isNew, bool changed)
    {
        await MustAsync("systemctl", Systemctl("daemon-reload"));
        await MustAsync("systemctl", Systemctl("enable", "--now", service.Name));
        if (changed && !isNew) await MustAsync("systemctl", Systemctl("restart", service.Name));
        var user = service.ForUser ? "--user " : "";
        List<string> lines = [changed ? $"Installed {File}" : $"{File} is up to date", $"See 'systemctl {user}status {service.Name}'"];
        if (service.ForUser) lines.Add("It runs while you are logged in; 'loginctl enable-linger' keeps it running, and starts it at boot");
        return lines;
    }

    private async Task<IReadOnlyList<string>> StartAgentAsync(bool changed)
    {
        var domain = await LaunchdDomainAsync();
        var target = $"{domain}/{LaunchdPlist.Label(service)}";
        var (known, _) = await RunAsync("launchctl", ["print", target]);
        if (known == 0 && changed) await MustAsync("launchctl", ["bootout", target]);
        if (known != 0 || changed) await MustAsync("launchctl", ["bootstrap", domain, File!]);
        return [changed ? $"Installed {File}" : $"{File} is up to date", $"See 'launchctl print {target}'"];
    }

    private async Task<IReadOnlyList<string>> InstallTaskAsync()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{service.Name}-{Environment.ProcessId}.xml");
        try
        {
            await System.IO.File.WriteAllTextAsync(file, service.Render(ServiceManager.Windows), Encoding.Unicode);
            await MustAsync("schtasks", ["/Create", "/TN", service.Name, "/XML", file, "/F"]);
        }
        finally
        {
            System.IO.File.Delete(file);
        }
        await MustAsync("schtasks", ["/Run", "/TN", service.Name]);
        return [$"Installed the task {service.Name}", $"See 'schtasks /Query /TN {service.Name} /V /FO LIST'"];
    }

    // Asked before anything is written: a container has no service manager, a session started with su has none of its own.
    private async Task ManagerMustAnswerAsync(ServiceManager manager)
    {
        if (manager != ServiceManager.Systemd) return;
        var (exitCode, said) = await RunAsync("systemctl", Systemctl("show", "--property=Version"));
        if (exitCode == 0) return;
        throw new StartException(
            $"systemd does not answer here ({LastLine(said)}); 'aiwg-daemon service print' gives the unit for another machine, "
                + "'aiwg-daemon start' runs without",
            StartFailure.Other
        );
    }

    private string[] Systemctl(params string[] arguments) => service.ForUser ? ["--user", .. arguments] : arguments;

    private async Task<string> LaunchdDomainAsync() =>
        service.ForUser ? $"gui/{(await MustAsync("id", ["-u"])).Trim()}" : "system";

    private static async Task<string> MustAsync(string tool, string[] arguments)
    {
        var (exitCode, said) = await RunAsync(tool, arguments);
        return exitCode == 0
            ? said
            : throw new StartException(
                $"'{tool} {string.Join(' ', arguments)}' failed (exit code {exitCode}): {LastLine(said)}",
                StartFailure.Other
            );
    }

    private static string LastLine(string text) => text.Trim().Split('\n')[^1].Trim();

    private static async Task<(int ExitCode, string Said)> RunAsync(string tool, string[] arguments)
    {
        ChildProcess child;
        try
        {
            child = ChildProcess.Start(new SpawnOptions
            {
                Program = tool,
                Arguments = arguments,
                Environment = InheritedEnvironment.Variables,
                Output = SpawnStream.Pipe,
                Error = SpawnStream.SameAsOutput,
            });
        }
        catch (SpawnException e)
        {
            return (127, e.Message);
        }
        using (child)
        {
            await using var output = new FileStream(child.StandardOutput!, FileAccess.Read, bufferSize: 0);
            using var reader = new StreamReader(output);
            var said = await reader.ReadToEndAsync();
            var status = await child.Exited;
            return (status.Code ?? 1, said);
        }
    }
}
