using System.Net;
using AiwgDaemon.EndToEnd.Faults;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>The static program in a root directory that holds nothing else: what a container image FROM scratch is.</summary>
public sealed class EmptyRootTests
{
    [Fact]
    public async Task Watching_cron_webhooks_and_actions_work_where_there_is_nothing_but_the_program()
    {
        var obstacle = await EmptyRoot.Obstacle();
        Assert.SkipWhen(obstacle is not null, obstacle ?? "");
        using var root = new EmptyRoot();
        var port = Loopback.FreePort();
        root.WriteFile(".aiwg/daemon.yaml", $$"""
            watch:
              paths: [ { path: src/ } ]
              debounce_ms: 100
            schedule:
              jobs: [ { id: tick, cron: "* * * * *", action: next } ]
            webhook:
              enabled: true
              port: {{port}}
              secret_env: AIWG_WEBHOOK_SECRET
              endpoints: [ { path: /ci, signature: github } ]
            actions:
              next: { type: exec, argv: [/aiwg-daemon, cron, next, "0 0 * * *", --timezone, UTC] }
            rules:
              - { id: on-file, event: { source: watch }, action: next }
              - { id: on-hook, event: { source: webhook }, action: { type: exec, argv: [/aiwg-daemon, --version] } }

            """);
        (await root.Run("start")).ShouldExit(0);
        (await root.Run("status")).ShouldExit(0);
        root.WriteFile("src/a.txt", "x");
        (await Loopback.PostAsync(port, Loopback.Secret)).ShouldBe(HttpStatusCode.Accepted);
        (await Loopback.PostAsync(port, "another")).ShouldBe(HttpStatusCode.Unauthorized);
        await Eventually.Until(
            () => Ended(root, "on-file") && Ended(root, "on-hook") && Ended(root, "job:tick"),
            "three finished actions",
            TimeSpan.FromSeconds(90)
        );
        var log = File.ReadAllText(root.Combine(".aiwg", "daemon", "daemon.log"));
        log.ShouldNotContain("] error ");
        (await root.Run("cron", "next", "0 0 * * *", "--timezone", "Europe/Berlin")).ShouldExit(2).Error.ShouldContain("install tzdata");
        (await root.Run("stop")).ShouldExit(0);
        (await root.Run("status")).ShouldExit(3);
    }

    [Fact]
    public async Task As_process_1_it_answers_the_health_check_ends_on_SIGTERM_and_leaves_nothing_behind()
    {
        var obstacle = await EmptyRoot.Obstacle();
        Assert.SkipWhen(obstacle is not null, obstacle ?? "");
        using var root = new EmptyRoot();
        root.WriteFile(".aiwg/daemon.yaml", "watch: { paths: [ { path: src/ } ] }\n");
        using var daemon = root.SpawnAsProcess1("start", "--foreground");
        await daemon.UntilOutput("Daemon started (pid ");
        // unshare waits for its child, which is the process 1 of the new namespace.
        var child = int.Parse(
            File.ReadAllText($"/proc/{daemon.Pid}/task/{daemon.Pid}/children").Trim(),
            System.Globalization.CultureInfo.InvariantCulture
        );
        (await root.RunBeside(child, "status")).ShouldExit(0).Output.ShouldStartWith("aiwg-daemon healthy: pid ");
        using (var handle = ProcessHandle.Open(ProcessIdentity.Of(child)!)) handle!.Send(ProcessSignal.Terminate);
        (await daemon.UntilEnd()).ShouldExit(0).Output.ShouldContain("Daemon stopped gracefully");
        File.Exists(root.Combine(".aiwg", "daemon.pid")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_test_that_fails_leaves_no_daemon_in_its_root()
    {
        var obstacle = await EmptyRoot.Obstacle();
        Assert.SkipWhen(obstacle is not null, obstacle ?? "");
        string directory;
        using (var root = new EmptyRoot())
        {
            directory = Path.GetDirectoryName(root.Combine())!;
            root.WriteFile(".aiwg/daemon.yaml", "watch: { paths: [ { path: src/ } ] }\n");
            (await root.Run("start")).ShouldExit(0);
            Processes.RootedIn(directory).ShouldHaveSingleItem();
            // What would have named it is gone.
            File.Delete(root.Combine(".aiwg", "daemon.pid"));
        }
        Processes.RootedIn(directory).ShouldBeEmpty();
        Directory.Exists(directory).ShouldBeFalse();
    }

    private static bool Ended(EmptyRoot root, string rule) =>
        File.ReadAllText(root.Combine(".aiwg", "daemon", "state.json"))
            .Split("\"id\"")
            .Any(a => a.Contains($"\"{rule}\"", StringComparison.Ordinal) && a.Contains("\"completed\"", StringComparison.Ordinal));
}
