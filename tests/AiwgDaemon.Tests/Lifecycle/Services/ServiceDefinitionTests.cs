using System.Diagnostics;
using System.Xml.Linq;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Lifecycle.Services;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle.Services;

public sealed class ServiceDefinitionTests
{
    private static readonly ServiceDefinition Plain = new()
    {
        Program = "/usr/local/bin/aiwg-daemon",
        Project = "/srv/site",
        Owner = "1000",
        SearchPath = "/usr/local/bin:/usr/bin:/bin",
    };

    private static readonly ServiceDefinition Hostile = Plain with
    {
        Project = "/srv/50% \"off\" $HOME\\<&>'/My Site",
        Config = "/srv/a b.yaml",
    };

    [Fact]
    public void Only_systemd_gets_the_owner_as_a_number()
    {
        using var directory = new TemporaryDirectory();
        foreach (var manager in new[] { ServiceManager.Launchd, ServiceManager.Windows })
            ServiceDefinition.Of(new ProjectPaths(directory.Path), config: null, forUser: false, manager).Owner.ShouldNotMatch(@"^\d+$");
    }

    [Fact]
    public void The_unit_of_a_machine_is_the_approved_one() =>
        Plain.Render(ServiceManager.Systemd).ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());

    [Fact]
    public void The_unit_of_a_user_is_the_approved_one() =>
        (Plain with { ForUser = true }).Render(ServiceManager.Systemd).ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());

    [Fact]
    public void The_property_list_is_the_approved_one() =>
        (Plain with { ForUser = true }).Render(ServiceManager.Launchd).ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());

    [Fact]
    public void The_task_is_the_approved_one() =>
        (Plain with { ForUser = true }).Render(ServiceManager.Windows).ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Systemd_has_nothing_to_say_against_the_unit(bool forUser, bool hostile)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed");
        using var directory = new TemporaryDirectory();
        var program = directory.Combine("aiwg daemon");
        await File.WriteAllTextAsync(program, "#!/bin/sh\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var service = (hostile ? Hostile : Plain) with { Program = program, ForUser = forUser };
        var unit = directory.Combine(service.Name + ".service");
        await File.WriteAllTextAsync(unit, service.Render(ServiceManager.Systemd), TestContext.Current.CancellationToken);

        var start = new ProcessStartInfo("systemd-analyze", ["verify", .. forUser ? ["--user"] : Array.Empty<string>(), unit])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A manager of a user wants a place for its sockets.
        start.Environment["XDG_RUNTIME_DIR"] = directory.Path;
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, said);
        // What it says of other units of this machine is not about ours.
        said.Split('\n').Where(line => line.Contains(service.Name, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void A_hostile_path_stays_text_in_a_unit()
    {
        var unit = Hostile.Render(ServiceManager.Systemd);
        unit.ShouldContain("""
             --project "/srv/50%% \"off\" $$HOME\\<&>'/My Site" --config "/srv/a b.yaml"
            """);
        (Plain with { Project = "/srv/a\nExecStart=/bin/evil" }).Render(ServiceManager.Systemd)
            .Split('\n').Count(line => line.StartsWith("ExecStart=", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("Launchd")]
    [InlineData("Windows")]
    public void A_hostile_path_stays_text_in_XML(string manager)
    {
        var document = XDocument.Parse(Hostile.Render(Enum.Parse<ServiceManager>(manager)));
        document.Root!.Value.ShouldContain(
            manager == "Launchd"
                ? Hostile.Project
                : "start --foreground --project \"/srv/50% \\\"off\\\" $HOME\\<&>'/My Site\" --config \"/srv/a b.yaml\""
        );
    }

    [Fact]
    public void Two_projects_of_one_name_have_two_services()
    {
        var other = Plain with { Project = "/home/site" };
        Plain.Name.ShouldStartWith("aiwg-daemon-site-");
        other.Name.ShouldStartWith("aiwg-daemon-site-");
        other.Name.ShouldNotBe(Plain.Name);
        Hostile.Name.ShouldMatch("^aiwg-daemon-my-site-[0-9a-f]{8}$");
        (Plain with { Project = "/" }).Name.ShouldStartWith("aiwg-daemon-project-");
    }
}
