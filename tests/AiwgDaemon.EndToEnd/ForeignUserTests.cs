using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>What another user of the machine may do with a project: hear why not. Needs root, which alone can become somebody
/// else.</summary>
public sealed class ForeignUserTests : IDisposable
{
    private const string Setpriv = "/usr/bin/setpriv";
    private const UnixFileMode Everybody =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_project_that_may_only_be_read_is_a_clear_error()
    {
        SkipUnlessPossible();
        Open(_project.Root);
        (await AsNobody("start"))
            .ShouldExit(1)
            .Error.ShouldBe(
                $"aiwg-daemon: The daemon needs to write below {_project.Root}/.aiwg: Access to the path '{_project.Root}/.aiwg' is "
                    + "denied\n"
            );
        (await AsNobody("config init")).ShouldExit(1).Error.ShouldStartWith(".aiwg/daemon.yaml cannot be written: ");
        (await AsNobody("status")).ShouldExit(3).Output.ShouldContain("no daemon has run here yet");
        (await AsNobody("stop")).ShouldExit(0);
        _project.Configure("watch: { enabled: false }\n");
        Open(_project.Combine(".aiwg"));
        (await AsNobody("config validate")).ShouldExit(0);
        (await AsNobody("rules")).ShouldExit(0);
        (await AsNobody("start"))
            .ShouldExit(1)
            .Error.ShouldStartWith($"aiwg-daemon: The daemon needs to write below {_project.Root}/.aiwg: ");
        Directory.EnumerateFileSystemEntries(_project.Combine(".aiwg")).Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_daemon_of_somebody_else_can_neither_be_seen_nor_commanded()
    {
        SkipUnlessPossible();
        Open(_project.Root);
        (await _project.Run("start")).ShouldExit(0);
        Open(_project.Combine(".aiwg"));
        foreach (
            var command in (string[])
                ["status", "stop", "reload", "emit x", "actions run x", "actions cancel x", "dead-letters clear", "logs", "events", "start"]
        )
        {
            var result = await AsNobody(command);
            result.ExitCode.ShouldBe(1, $"{command}: {result.Output}{result.Error}");
            result.Error.ShouldContain("denied", Case.Insensitive, command);
            result.Error.TrimEnd('\n').ShouldNotContain("\n", customMessage: command);
        }
        _project.DaemonPid.ShouldNotBeNull();
        (await AsNobody("start")).Error.ShouldBe(
            $"aiwg-daemon: {_project.Paths.Lock}: Permission denied ({_project.Paths.Daemon} belongs to user 0, and this is user 65534; "
                + "use that user, or change the owner)\n"
        );
        var seen = (await AsNobody("doctor")).ShouldExit(1).Output;
        seen.ShouldContain("belongs to user 0");
        seen.ShouldNotContain("does not run");
        seen.ShouldNotContain("stale");
    }

    [Fact]
    public async Task What_root_left_in_somebody_elses_project_is_named_with_its_owner()
    {
        SkipUnlessPossible();
        (await _project.Shell($"chown -R 65534:65534 {_project.Root}")).ShouldExit(0);
        (await AsNobody("start")).ShouldExit(0);
        (await AsNobody("stop")).ShouldExit(0);
        (await _project.Run("start", "--as-me")).ShouldExit(0);
        (await _project.Run("stop")).ShouldExit(0);
        // As after a day on which root's daemon replaced the ledger.
        (await _project.Shell("chown 0:0 .aiwg/daemon/events/deliveries.jsonl")).ShouldExit(0);
        (await AsNobody("start"))
            .ShouldExit(1)
            .Error.ShouldContain("Permission denied (it belongs to user 0, and this is user 65534; use that user, or change the owner)");
    }

    [Fact]
    public async Task Even_where_the_modes_were_opened_the_socket_refuses_another_user()
    {
        SkipUnlessPossible();
        Open(_project.Root);
        (await _project.Run("start")).ShouldExit(0);
        Open(_project.Combine(".aiwg"));
        Open(_project.Paths.Daemon);
        File.SetUnixFileMode(_project.Paths.Socket, (UnixFileMode)0b110_110_110);
        for (var i = 0; i < 20; i++)
            (await AsNobody("emit x"))
                .ShouldExit(1)
                .Error.ShouldBe("aiwg-daemon: This daemon is controlled by the user that runs it and by root, not by user 65534\n");
        (await _project.Run("emit", "x")).ShouldExit(0);
        (await _project.Run("logs")).Output.ShouldContain("Refused a control client that runs as user 65534");
    }

    private static void SkipUnlessPossible() =>
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists(Setpriv), "needs root and setpriv(1)");

    private static void Open(string directory) => File.SetUnixFileMode(directory, Everybody);

    // From a place that everybody can reach: the repository may be in somebody's home.
    private async Task<RunResult> AsNobody(string command)
    {
        var binary = Path.Combine(Path.GetDirectoryName(_project.Root)!, Path.GetFileName(_project.Root) + "-program");
        try
        {
            ProgramFile.Copy(DaemonBinary.Path, binary);
            File.SetUnixFileMode(binary, Everybody);
            return await _project.Shell($"{Setpriv} --reuid 65534 --regid 65534 --clear-groups {binary} {command}");
        }
        finally
        {
            File.Delete(binary);
        }
    }
}
