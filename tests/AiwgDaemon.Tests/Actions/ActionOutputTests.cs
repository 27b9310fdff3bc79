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
        text.ShouldContain("bytes of output are left out here\n");
        text.ShouldContain("bytes of output left out, ");
    }

    [Theory]
    [InlineData(1_049, 40_000)]
    [InlineData(11_910, 700)]
    [InlineData(1_000, 40_000)]
    [InlineData(10_001, 40_000)]
    [InlineData(10_000, 700)]
    [InlineData(700_000, 200_000)]
    public async Task An_output_that_is_too_large_keeps_its_beginning_and_its_end(int largest, int lines)
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { MaxOutputBytes = largest });
        var id = fixture.Submit(Shell($"seq -f 'line %08g é' 1 {lines}; echo the cause >&2; exit 3"));
        (await fixture.Finished(id)).ExitCode.ShouldBe(3);
        var whole = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, lines).Select(n => $"line {n:00000000} é\n")) + "the cause\n");
        var output = fixture.OutputText(id);
        var (head, leftOut, tail) = Parts(output);
        var kept = Encoding.UTF8.GetBytes(head + tail);
        if (leftOut == 0) kept.ShouldBe(whole);
        output.ShouldNotContain("\uFFFD");
        kept.Length.ShouldBeLessThanOrEqualTo(largest);
        (kept.Length + leftOut).ShouldBe(whole.Length);
        Encoding.UTF8.GetBytes(head).ShouldBe(whole[..Encoding.UTF8.GetByteCount(head)]);
        Encoding.UTF8.GetBytes(tail).ShouldBe(whole[^Encoding.UTF8.GetByteCount(tail)..]);
        if (largest >= 1_000)
        {
            (head + tail).ShouldEndWith("the cause\n");
            if (leftOut > 0) tail.ShouldStartWith("line ");
        }
        Directory.GetFiles(Path.GetDirectoryName(fixture.OutputPath(id))!).ShouldBe([fixture.OutputPath(id)]);
    }

    [Fact]
    public async Task What_follows_a_log_sees_the_end_of_an_output_that_is_too_large()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { MaxOutputBytes = 4_000 });
        var id = fixture.Submit(Shell("seq 1 5000; until [ -e go ]; do sleep 0.02; done; echo the end"));
        await Eventually.Until(() => File.Exists(Path.ChangeExtension(fixture.OutputPath(id), OutputTail.Extension)), "the log is full");
        var seen = await File.ReadAllBytesAsync(fixture.OutputPath(id), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(fixture.Project, "go"), "", TestContext.Current.CancellationToken);
        await fixture.Finished(id);
        var all = await File.ReadAllBytesAsync(fixture.OutputPath(id), TestContext.Current.CancellationToken);
        all[..seen.Length].ShouldBe(seen);
        Encoding.UTF8.GetString(all).ShouldContain("\n5000\nthe end\n# completed");
    }

    [Fact]
    public async Task The_end_that_a_killed_daemon_had_kept_is_appended_by_the_next_one()
    {
        await using var fixture = new ExecutorFixture();
        var lost = fixture.OutputPath("0000000000000000");
        Directory.CreateDirectory(Path.GetDirectoryName(lost)!);
        await File.WriteAllTextAsync(lost, "# header\n\nbeginn", TestContext.Current.CancellationToken);
        using (var tail = OutputTail.Create(lost, 12))
            foreach (var piece in (string[])["a", "bc\nde", "f\n", "12345678901\n"]) tail.Write(Encoding.UTF8.GetBytes(piece));
        await fixture.Run(Exec("true"));
        (await File.ReadAllTextAsync(lost, TestContext.Current.CancellationToken)).ShouldBe(
            "# header\n\nbeginn\n# 8 bytes of output are left out here\n12345678901\n"
        );
        File.Exists(Path.ChangeExtension(lost, OutputTail.Extension)).ShouldBeFalse();
    }

    [Fact]
    public async Task Argument_variable_and_input_are_the_same_bytes_in_another_program()
    {
        await using var fixture = new ExecutorFixture();
        var odd = NativePath.FromBytes([0xff, (byte)'\n', (byte)'\'']);
        var id = fixture.Submit(
            Exec(TestChild.Path, "bytes", odd, "") with
            {
                Env = new Dictionary<string, string> { ["AIWG_ODD"] = odd },
            }
        );
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
        await Eventually.Until(
            () =>
                File.Exists(fixture.OutputPath(id))
                && File.ReadAllText(fixture.OutputPath(id)).Contains("ready\n", StringComparison.Ordinal),
            "it is ready"
        );
        await fixture.Runs.DrainAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
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

    private static (string Head, long LeftOut, string Tail) Parts(string output)
    {
        const string Mark = " bytes of output are left out here\n";
        var end = output.IndexOf(Mark, StringComparison.Ordinal);
        if (end < 0) return (output, 0, "");
        var line = output.LastIndexOf("# ", end, StringComparison.Ordinal);
        var head = output[..line];
        // The line break before the mark is ours if the output had none there: every line of it is as long as the others.
        if (head.EndsWith('\n') && !head.EndsWith("é\n", StringComparison.Ordinal))
            head = head[..^1];
        return (
            head,
            long.Parse(output[(line + 2)..end], System.Globalization.CultureInfo.InvariantCulture),
            output[(end + Mark.Length)..]
        );
    }

    private static int OpenPipes() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
