using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Whose project it is, and as whom it runs. Needs root, which alone can act as two users.</summary>
public sealed class OwnershipTests : IAsyncDisposable
{
    private const string Setpriv = "/usr/bin/setpriv";
    private const string Configuration = """
        watch: { enabled: false }
        schedule: { jobs: [ { id: who, cron: "@reboot", action: { type: shell, command: 'echo "$(id -u) $(id -g) $(id -G) $HOME $USER" >> who.txt' } } ] }

        """;

    private readonly TestProject _project = new();
    private readonly string _program;

    public OwnershipTests()
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists(Setpriv), "needs root and setpriv(1)");
        // From a place that everybody can reach: the repository may be in somebody's home.
        _program = _project.Root + "-program";
        ProgramFile.Copy(DaemonBinary.Path, _program);
        File.SetUnixFileMode(_program, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_project.Root, (UnixFileMode)0b111_101_101);
        _project.Configure(Configuration);
    }

    public async ValueTask DisposeAsync()
    {
        // Its @reboot job may still be writing.
        await _project.Run("stop");
        _project.Dispose();
        File.Delete(_program);
    }

    [Fact]
    public async Task Root_is_refused_in_another_users_project_and_leaves_its_daemon_alone()
    {
        await GiveTo(31001);
        (await As(31001, "start")).ShouldExit(0).Error.ShouldBeEmpty();
        var pid = _project.DaemonPid;
        foreach (var command in (string[])["restart", "start", "start --foreground"])
        {
            var refused = (await As(0, command)).ShouldExit(1);
            refused.Error.ShouldContain("belongs to user 31001");
            refused.Error.ShouldContain("--as-owner");
        }
        _project.DaemonPid.ShouldNotBeNull().ShouldBe(pid!.Value);
        (await As(0, "doctor")).ShouldExit(1).Output.ShouldContain("belongs to user 31001");
        (await As(0, "status")).ShouldExit(0);
        (await As(0, "stop")).ShouldExit(0).Output.ShouldContain("stopped");
        Who().ShouldAllBe(line => line.StartsWith("31001 31001 31001 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task As_owner_gives_up_every_right_of_root()
    {
        await GiveTo(31001);
        (await As(0, "start --as-owner")).ShouldExit(0);
        await _project.UntilLines("who.txt", 1);
        Who().ShouldBe(["31001 31001 31001 / 31001"]);
        (await As(0, "restart --as-owner")).ShouldExit(0);
        await _project.UntilLines("who.txt", 2);
        (await As(31001, "stop")).ShouldExit(0).Output.ShouldContain("stopped");
        (await _project.Shell($"AIWG_DAEMON_AS=owner {_program} start")).ShouldExit(0);
        await _project.UntilLines("who.txt", 3);
        Who().ShouldAllBe(line => line == "31001 31001 31001 / 31001");
        (await As(31001, "start --as-owner")).ShouldExit(4);
    }

    [Fact]
    public async Task As_me_is_said_once_and_a_restart_keeps_to_it()
    {
        await GiveTo(31001);
        (await As(0, "start --as-me")).ShouldExit(0);
        // A restart would end a job that has just begun.
        await _project.UntilLines("who.txt", 1);
        (await As(0, "restart")).ShouldExit(0);
        await _project.UntilLines("who.txt", 2);
        Who().ShouldAllBe(line => line.StartsWith("0 0 ", StringComparison.Ordinal));
        (await As(0, "stop")).ShouldExit(0);
        (await _project.Shell($"AIWG_DAEMON_AS=nobody {_program} start")).ShouldExit(2).Error.ShouldContain("write owner or me");
        (await As(0, "start --as-me --as-owner")).ShouldExit(2);
    }

    [Fact]
    public async Task Another_users_configuration_above_is_not_run_until_it_is_trusted_by_name()
    {
        await GiveTo(31001);
        Directory.CreateDirectory(_project.Combine("work"));
        (
            await _project.Shell(
                $"chown 31002 {_project.Root}/work && chmod 1777 {_project.Root} && chmod 755 .aiwg && chmod 644 .aiwg/daemon.yaml"
            )
        ).ShouldExit(0);
        var refused = (await AsStranger("start")).ShouldExit(1);
        refused.Error.ShouldContain("belongs to user 31001");
        refused.Error.ShouldContain($"--trust '{_project.Root}'");
        (await AsStranger("start --trust .")).ShouldExit(2).Error.ShouldContain(_project.Root);
        File.Exists(_project.Combine("who.txt")).ShouldBeFalse();
        // His own is found above as before.
        (await _project.Shell($"chown -R 31002:31002 .aiwg")).ShouldExit(0);
        (await AsStranger("start")).ShouldExit(0).Output.ShouldContain($" for {_project.Root}");
        await _project.UntilLines("who.txt", 1);
        (await AsStranger("stop")).ShouldExit(0);
    }

    [Theory]
    [InlineData("chgrp 31005 .aiwg/daemon.yaml && chmod 664 .aiwg/daemon.yaml")]
    [InlineData("chown 31001 .aiwg/daemon.yaml")]
    [InlineData("mv .aiwg/daemon.yaml . && chown 31001 daemon.yaml && ln -s ../daemon.yaml .aiwg/daemon.yaml")]
    public async Task What_others_may_write_is_not_run_until_it_is_mended_or_trusted(string opening)
    {
        await GiveTo(31002);
        (await _project.Shell(opening)).ShouldExit(0);
        Directory.CreateDirectory(_project.Combine("home"));
        (await _project.Shell("chown 31002 home")).ShouldExit(0);
        (await As(31002, "start")).ShouldExit(1).Error.ShouldContain("run anything as you");
        (await As(31002, "doctor")).ShouldExit(1).Output.ShouldContain("run anything as you");
        File.Exists(_project.Combine("who.txt")).ShouldBeFalse();
        (await As(31002, $"start --trust {_project.Root}")).ShouldExit(0);
        (await As(31002, "restart")).ShouldExit(0);
        (await As(31002, "stop")).ShouldExit(0);
    }

    [Theory]
    [InlineData("chmod 777 .aiwg", ".aiwg")]
    [InlineData("chmod 666 .aiwg/daemon.yaml", ".aiwg/daemon.yaml")]
    public async Task What_every_user_may_write_of_ones_own_is_closed_with_a_word(string opening, string opened)
    {
        await GiveTo(31002);
        (await _project.Shell(opening)).ShouldExit(0);
        (await As(31002, "doctor")).ShouldExit(1).Output.ShouldContain("run anything as you");
        (await As(31002, "start"))
            .ShouldExit(0)
            .Error.ShouldBe(
                $"Warning: {_project.Root}/{opened} could be written by every user of this machine, and no longer can: look whether it "
                    + "is as you left it\n"
            );
        File.GetUnixFileMode(_project.Combine(opened)).HasFlag(UnixFileMode.OtherWrite).ShouldBeFalse();
        (await As(31002, "restart")).ShouldExit(0).Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_configuration_that_others_may_write_by_now_is_not_reloaded()
    {
        await GiveTo(31002);
        (await As(31002, "start")).ShouldExit(0);
        File.SetUnixFileMode(_project.Combine(".aiwg/daemon.yaml"), (UnixFileMode)0b110_110_110);
        (await As(31002, "reload")).ShouldExit(5).Error.ShouldContain("may be written by every user");
        (await As(31002, "status")).Output.ShouldContain("degraded");
    }

    [Theory]
    [InlineData("chmod 775 .aiwg && chmod 664 .aiwg/daemon.yaml", "a group of one's own")]
    [InlineData("chmod 1777 .aiwg", "a sticky directory, in which others can replace nothing")]
    [InlineData("chown root:root .aiwg/daemon.yaml", "root may do everything anyway")]
    public async Task What_only_the_user_and_root_can_change_is_run(string change, string why)
    {
        await GiveTo(31002);
        (await _project.Shell(change)).ExitCode.ShouldBe(0, why);
        (await As(31002, "start")).ShouldExit(0).Error.ShouldBeEmpty();
    }

    private string[] Who() => File.Exists(_project.Combine("who.txt")) ? File.ReadAllLines(_project.Combine("who.txt")) : [];

    private async Task GiveTo(int user) => (await _project.Shell($"chown -R {user}:{user} {_project.Root}")).ShouldExit(0);

    private Task<RunResult> AsStranger(string command) =>
        _project.Shell($"cd work && HOME=/nonexistent {Setpriv} --reuid 31002 --regid 31002 --clear-groups {_program} {command}");

    private Task<RunResult> As(int user, string command) =>
        _project.Shell(
            user == 0
                ? $"{_program} {command}"
                : $"HOME={_project.Root}/home {Setpriv} --reuid {user} --regid {user} --clear-groups {_program} {command}"
        );
}
