using AiwgDaemon.Actions;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Actions;

public sealed class LeftoversTests
{
    [Fact]
    public async Task Processes_of_a_lost_action_are_ended_also_without_their_leader_and_in_other_sessions()
    {
        using var directory = new TemporaryDirectory();
        var id = ActionId.New(DateTimeOffset.UtcNow);
        using (
            var leader = Start(
                id,
                $"sleep 1000 & echo $! > {directory.Combine("a")}; setsid sh -c 'trap \"\" TERM; echo $$ > {directory.Combine("b")}; "
                    + "while :; do sleep 0.05; done' &"
            )
        )
            await leader.Exited;
        await Eventually.Until(
            () => File.Exists(directory.Combine("b")) && File.ReadAllText(directory.Combine("b")).EndsWith('\n'),
            "both run"
        );
        var left = new[] { "a", "b" }.Select(name => ProcessIdentity.Of(int.Parse(File.ReadAllText(directory.Combine(name))))!).ToArray();
        await Leftovers.EndAsync(
            [new Leftover(id, null)],
            TimeSpan.FromMilliseconds(200),
            TimeProvider.System,
            NullLogger.Instance,
            CancellationToken.None
        );
        foreach (var process in left)
            await Eventually.Until(() => !process.IsAlive(), "it is gone");
    }

    [Fact]
    public async Task Others_are_left_alone()
    {
        using var other = Start(ActionId.New(DateTimeOffset.UtcNow), "exec sleep 1000");
        var stale = other.Identity with { StartTime = other.Identity.StartTime - 1 };
        var lost = new Leftover(ActionId.New(DateTimeOffset.UtcNow), stale);
        await Leftovers.EndAsync([lost], TimeSpan.Zero, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        other.Exited.IsCompleted.ShouldBeFalse();
        other.SignalGroup(ProcessSignal.Kill);
        await other.Exited;
    }

    private static ChildProcess Start(string id, string script) => ChildProcess.Start(new SpawnOptions
    {
        Program = "/bin/sh",
        Arguments = ["-c", script],
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin", ["AIWG_ACTION_ID"] = id },
    });
}
