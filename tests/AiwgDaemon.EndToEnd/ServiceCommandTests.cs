using AiwgDaemon.Tests.Support;
using AiwgDaemon.EndToEnd.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary><c>service install --user</c> in a home directory of its own, with a systemctl that writes down what it is asked.</summary>
public sealed class ServiceCommandTests : IDisposable
{
    private readonly TestProject _project = new();

    public ServiceCommandTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "systemd is for Linux");
        ProgramFile.Write(
            Path.Combine(Directory.CreateDirectory(_project.Combine("bin")).FullName, "systemctl"),
            "#!/bin/sh\necho \"$@\" >> \"$HOME/asked\"\n[ ! -e \"$HOME/silent\" ] || { echo 'Failed to connect to bus' >&2; exit 1; }\n"
        );
        Directory.CreateDirectory(_project.Combine("home"));
    }

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_users_service_is_installed_enabled_brought_up_to_date_and_removed()
    {
        var installed = (await Service("install", "--user")).ShouldExit(0).Output;
        var unit = Directory
            .GetFiles(_project.Combine("home", ".config", "systemd", "user"), "aiwg-daemon-*.service")
            .ShouldHaveSingleItem();
        installed.ShouldStartWith($"Installed {unit}\n");
        var name = Path.GetFileNameWithoutExtension(unit);
        File.ReadAllText(unit).ShouldBe((await Service("print", "--user")).ShouldExit(0).Output);
        Asked().ShouldBe(["--user show --property=Version", "--user daemon-reload", $"--user enable --now {name}"]);

        (await Service("install", "--user")).ShouldExit(0).Output.ShouldStartWith($"{unit} is up to date\n");
        File.AppendAllText(unit, "# changed\n");
        (await Service("install", "--user")).ShouldExit(0);
        Asked()[^1].ShouldBe($"--user restart {name}");

        (await Service("uninstall", "--user")).ShouldExit(0).Output.ShouldBe($"Removed {name}\n");
        File.Exists(unit).ShouldBeFalse();
        Asked()[^2..].ShouldBe([$"--user disable --now {name}", "--user daemon-reload"]);
        (await Service("uninstall", "--user")).ShouldExit(0).Output.ShouldContain("is not installed");
    }

    [Fact]
    public async Task Where_no_manager_answers_nothing_is_written()
    {
        _project.WriteFile("home/silent", "");
        (await Service("install", "--user")).ShouldExit(1).Error.ShouldContain("systemd does not answer here (Failed to connect to bus)");
        Directory.Exists(_project.Combine("home", ".config")).ShouldBeFalse();
    }

    private string[] Asked() => File.ReadAllLines(_project.Combine("home", "asked"));

    private async Task<RunResult> Service(params string[] arguments)
    {
        var start = _project.StartOf(DaemonBinary.Path, ["service", .. arguments]);
        start.Environment["HOME"] = _project.Combine("home");
        start.Environment["PATH"] = _project.Combine("bin") + ":/usr/bin:/bin";
        start.Environment.Remove("XDG_CONFIG_HOME");
        using var command = new RunningCommand(start);
        return await command.UntilEnd();
    }
}
