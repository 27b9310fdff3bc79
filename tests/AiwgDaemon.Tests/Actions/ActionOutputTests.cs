using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using static AiwgDaemon.Tests.Actions.ExecutorFixture;

namespace AiwgDaemon.Tests.Actions;

public sealed class ActionOutputTests
{
    [Fact]
    public async Task A_flood_is_cut_with_a_word_and_the_child_is_not_blocked()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { MaxOutputBytes = 10_000 });
        var id = fixture.Submit(Exec(TestChild.Path, "flood", "20000000"));
        (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Completed);
        var text = File.ReadAllText(fixture.OutputPath(id));
        text.Length.ShouldBeLessThan(11_000);
        text.ShouldContain("\n# output cut here: only the first 10000 bytes are kept\n");
        text.ShouldContain("bytes of output not kept");
    }

    [Fact]
    public async Task Argument_variable_and_input_are_the_same_bytes_in_another_program()
    {
        await using var fixture = new ExecutorFixture();
        var odd = NativePath.FromBytes([0xff, (byte)'\n', (byte)'\'']);
        var id = fixture.Submit(Exec(TestChild.Path, "bytes", odd, "") with { Env = new Dictionary<string, string> { ["AIWG_ODD"] = odd } });
        await fixture.Finished(id);
        var lines = fixture.OutputText(id).Split('\n');
        lines[0].ShouldBe("arg FF0A27");
        lines[1].ShouldBe("arg ");
        lines.ShouldContain("env " + Convert.ToHexString("AIWG_ODD="u8) + "FF0A27");
        lines.ShouldContain(line => line.StartsWith("in 7B", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_script_cannot_fake_a_line_of_the_header()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(Shell("true\n# completed, exit code 0"), "rule\n# forged");
        await fixture.Finished(id);
        var lines = File.ReadAllLines(fixture.OutputPath(id));
        lines[0].ShouldContain("rule\\n# forged");
        lines[2].ShouldBe("# shell: true\\n# completed, exit code 0");
    }

    [Fact]
    public async Task A_program_that_ignores_SIGTERM_does_not_stop_a_drain()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(Exec(TestChild.Path, "ignore-term"));
        await Eventually.Until(() => File.Exists(fixture.OutputPath(id)) && File.ReadAllText(fixture.OutputPath(id)).Contains("ready\n", StringComparison.Ordinal), "it is ready");
        await fixture.Executor.DrainAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
        (await fixture.Finished(id)).Signal.ShouldBe("SIGKILL");
    }

    [Fact]
    public async Task A_thousand_short_actions_leave_no_zombie_and_no_descriptor()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { MaxParallel = 3, Kept = 10 });
        await fixture.Run(Exec("true"));
        var before = OpenPipes();
        var ids = Enumerable.Range(0, 1000).Select(_ => fixture.Submit(Exec("true"))).ToArray();
        foreach (var id in ids) (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Completed);
        foreach (var identity in fixture.Identities.Values) ProcessIdentity.Of(identity.Pid).ShouldNotBe(identity);
        // Other tests run beside this one and have pipes of their own: a leak would be a thousand.
        await Eventually.Until(() => OpenPipes() < before + 100, "the descriptors are closed");
        Directory.GetFiles(Path.GetDirectoryName(fixture.OutputPath("x"))!).Length.ShouldBeLessThan(20);
    }

    private static int OpenPipes() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
