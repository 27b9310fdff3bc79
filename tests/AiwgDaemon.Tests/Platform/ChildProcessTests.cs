using System.Text;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Platform;

public sealed class ChildProcessTests
{
    private static readonly Dictionary<string, string> PathOnly = new(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" };

    [Fact]
    public async Task A_child_says_its_exit_code()
    {
        using var child = ChildProcess.Start(Shell("exit 7"));
        (await child.Exited).ShouldBe(new ExitStatus(7, null));
    }

    [Fact]
    public async Task A_child_that_a_signal_ends_says_which()
    {
        using var child = ChildProcess.Start(Shell("kill -TERM $$"));
        (await child.Exited).Signal.ShouldBe("SIGTERM");
    }

    [Fact]
    public async Task Standard_output_and_error_share_one_pipe_in_order()
    {
        using var child = ChildProcess.Start(
            Shell("echo a; echo b >&2; echo c") with
            {
                Output = SpawnStream.Pipe,
                Error = SpawnStream.SameAsOutput,
            }
        );
        using var reader = new StreamReader(new FileStream(child.StandardOutput!, FileAccess.Read));
        (await reader.ReadToEndAsync()).ShouldBe("a\nb\nc\n");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Output_comes_whole_also_where_pipes_cannot_be_polled(bool ownThread)
    {
        using var child = ChildProcess.Start(
            Shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done") with
            {
                Output = SpawnStream.Pipe,
            }
        );
        var lines = new MemoryStream();
        var output = ChildOutput.Attach(child.StandardOutput!, lines.Write, ownThread);
        await child.Exited;
        output.Finish();
        Encoding.ASCII.GetString(lines.ToArray()).ShouldBe(string.Concat(Enumerable.Range(0, 20000).Select(n => $"line {n}\n")));
    }

    [Fact]
    public async Task Arguments_and_environment_arrive_byte_for_byte()
    {
        var hostile = NativePath.FromBytes([0xff, (byte)'\n', (byte)'$', (byte)'(', 0xc3, 0x28, (byte)'"', 0xf0, 0x9f, 0x98, 0x80]);
        var environment = new Dictionary<string, string>(PathOnly, StringComparer.Ordinal) { ["X"] = hostile };
        using var child = ChildProcess.Start(
            Shell("printf '%s|%s' \"$1\" \"$X\"", "name", hostile) with
            {
                Environment = environment,
                Output = SpawnStream.Pipe,
            }
        );
        using var stream = new FileStream(child.StandardOutput!, FileAccess.Read);
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        bytes.ToArray().ShouldBe([.. NativePath.ToBytes(hostile), (byte)'|', .. NativePath.ToBytes(hostile)]);
    }

    [Fact]
    public async Task A_child_leads_a_session_of_its_own_in_its_directory_with_nothing_else_open()
    {
        using var directory = new TemporaryDirectory();
        // Without a pipe, whose ends the shell itself would have open for a moment.
        using var child = ChildProcess.Start(
            Shell("pwd; cut -d' ' -f1,6 /proc/$$/stat; ls /proc/$$/fd; true") with
            {
                WorkingDirectory = directory.Path,
                Output = SpawnStream.Pipe,
            }
        );
        using var reader = new StreamReader(new FileStream(child.StandardOutput!, FileAccess.Read));
        (await reader.ReadToEndAsync()).ShouldBe($"{directory.Path}\n{child.Pid} {child.Pid}\n0\n1\n2\n");
    }

    [Fact]
    public async Task Passed_descriptors_are_3_and_up()
    {
        using var directory = new TemporaryDirectory();
        using var file = File.OpenHandle(directory.Combine("f"), FileMode.CreateNew, FileAccess.Write);
        using (var child = ChildProcess.Start(Shell("echo hello >&3") with { Inherited = [file] }))
            (await child.Exited).IsSuccess.ShouldBeTrue();
        File.ReadAllText(directory.Combine("f")).ShouldBe("hello\n");
    }

    [Fact]
    public async Task The_marker_exists_as_soon_as_the_program_runs_and_forbids_a_second_run()
    {
        using var directory = new TemporaryDirectory();
        var options = Shell($"test $(stat -c %a '{directory.Combine("marker")}') = 600") with { MarkerFile = directory.Combine("marker") };
        using (var child = ChildProcess.Start(options)) (await child.Exited).Code.ShouldBe(0);
        Should.Throw<SpawnException>(() => ChildProcess.Start(options)).Message.ShouldContain("started before");
    }

    [Fact]
    public void A_program_that_does_not_exist_is_named()
    {
        Should
            .Throw<SpawnException>(() => ChildProcess.Start(new SpawnOptions { Program = "no-such-program-here", Environment = PathOnly }))
            .Message.ShouldBe("no-such-program-here cannot be run: no executable of that name in PATH; install it, or write its path");
        Should.Throw<SpawnException>(() => ChildProcess.Start(new SpawnOptions { Program = "npm test", Environment = PathOnly }))
            .Message.ShouldBe("npm test cannot be run: no executable of that name in PATH; write each word as an element of its own");
        Should
            .Throw<SpawnException>(() => ChildProcess.Start(Shell("true") with { WorkingDirectory = "/no/such" }))
            .Message.ShouldContain("working directory /no/such");
    }

    [Fact]
    public void A_script_that_may_not_be_executed_is_told_apart_from_one_that_is_not_there()
    {
        using var directory = new TemporaryDirectory();
        var options = new SpawnOptions
        {
            Program = "./deploy.sh",
            Environment = PathOnly,
            WorkingDirectory = directory.Path,
        };
        Should
            .Throw<SpawnException>(() => ChildProcess.Start(options))
            .Message.ShouldBe($"./deploy.sh cannot be run: there is no executable file of that name (looked in {directory.Path})");
        File.WriteAllText(directory.Combine("deploy.sh"), "#!/bin/sh\n");
        Should
            .Throw<SpawnException>(() => ChildProcess.Start(options))
            .Message.ShouldBe("./deploy.sh cannot be run: the file is there, but may not be executed; make it executable (chmod +x)");
    }

    [Fact]
    public void A_text_with_NUL_is_refused() =>
        Should.Throw<SpawnException>(() => ChildProcess.Start(Shell("true", "a\0b"))).Message.ShouldContain("NUL");

    [Fact]
    public async Task A_signal_reaches_the_whole_group_until_the_child_is_released()
    {
        var child = ChildProcess.Start(Shell("sleep 1000 & echo $!; wait") with { Output = SpawnStream.Pipe });
        using var reader = new StreamReader(new FileStream(child.StandardOutput!, FileAccess.Read));
        var grandchild = int.Parse((await reader.ReadLineAsync())!);
        child.SignalGroup(ProcessSignal.Terminate).ShouldBeTrue();
        (await child.Exited).Signal.ShouldBe("SIGTERM");
        await Eventually.Until(() => ProcessIdentity.Of(grandchild) is null, "the grandchild ends too");
        child.Dispose();
        child.SignalGroup(ProcessSignal.Terminate).ShouldBeFalse();
        Directory.Exists($"/proc/{child.Pid}").ShouldBeFalse();
    }

    [Fact]
    public async Task Signals_that_the_daemon_ignores_work_in_a_child()
    {
        using var child = ChildProcess.Start(Shell("grep -E 'Sig(Ign|Blk)' /proc/self/status") with { Output = SpawnStream.Pipe });
        using var reader = new StreamReader(new FileStream(child.StandardOutput!, FileAccess.Read));
        // The C library keeps its internal signals 32 and 33 ignored.
        (await reader.ReadToEndAsync()).ShouldMatch("SigBlk:\t0{16}\nSigIgn:\t0{7}[01][08]0{7}\n");
    }

    private static SpawnOptions Shell(string script, params string[] arguments) =>
        new() { Program = "/bin/sh", Arguments = ["-c", script, .. arguments], Environment = PathOnly };
}
