using System.Text;
using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Control;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Rules;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

public sealed class RuleTrialsTests : IDisposable
{
    private const string File = """
        watch: { paths: [src/], gitignore: false }
        schedule: { jobs: [ { id: nightly, cron: "0 3 * * *", action: a }, { id: off, cron: "0 3 * * *", action: a, enabled: false } ] }
        webhook: { enabled: true, endpoints: [ { path: /ci, signature: none, headers: [X-Kept] } ] }
        actions: { a: { type: exec, argv: [make] } }
        rules:
          - { id: files, event: { source: watch, path_pattern: "**" }, action: { type: exec, argv: [echo, "{{event.path}}"] }, cooldown_minutes: 5 }
          - { id: hook, event: { source: webhook, endpoint: /ci, match: { headers.x-kept: "1" } }, action: a, on_busy: skip }
          - { id: header, event: { source: webhook, match: { headers.x-lost: "1" } }, action: a }
          - { id: go, event: { type: go }, action: { type: exec, argv: [echo, "{{event.payload.n}}"] }, on_busy: ON_BUSY }
          - { id: ended, event: { source: daemon, type: "action.*" }, action: a }
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("src/a", "echo src/a", null)]
    [InlineData("lib/a", null, "lib/a is in no path of watch.paths (src/)")]
    [InlineData("src/a~", null, "src/a~ is never watched")]
    public void A_path_that_is_not_watched_runs_nothing(string path, string? wouldRun, string? reason)
    {
        Of("files", new() { Path = path }).ShouldBe(new("files", true, wouldRun, reason));
        Came("files", TestEvents.Watch(path)).WouldRun.ShouldNotBeNull("what came was reported");
    }

    [Theory]
    [InlineData("nightly", "make", null)]
    [InlineData("off", null, "the job off does not fire: it is off (enabled: false)")]
    public void A_job_that_is_off_does_not_fire(string job, string? wouldRun, string? reason) =>
        Of("job:" + job, new() { Job = job }).ShouldBe(new("job:" + job, true, wouldRun, reason));

    [Fact]
    public void Headers_are_judged_as_they_are_stored()
    {
        Of("hook", new() { Endpoint = "/ci", Payload = """{"headers":{"x-kept":"1"}}""" }).WouldRun.ShouldBe("make");
        var lost = Of("header", new() { Endpoint = "/ci", Payload = """{"headers":{"x-lost":"1"}}""" });
        lost.ShouldBe(
            new(
                "header",
                false,
                null,
                "asks headers.x-lost to be \"1\", and it is not there: events do not keep the header x-lost (add headers: [x-lost] to "
                    + "the endpoint)"
            )
        );
        Of("header", new() { Endpoint = "/other", Payload = """{"headers":{"x-lost":"1"}}""" })
            .Reason.ShouldBe("requests to /other are refused: it is no path of webhook.endpoints");
    }

    [Fact]
    public void What_is_so_at_the_moment_counts()
    {
        var go = new TrialEvent.Parts { Type = "go", Payload = """{"n":7}""" };
        Of("go", go).ShouldBe(new("go", true, "echo 7", null));
        Of("go", go, new() { Enabled = false }).ShouldBe(new("go", true, null, "automation is disabled"));
        Of("go", go, new() { Paused = true }).ShouldBe(new("go", true, "echo 7", "when somebody resumes: automation is paused"));
        Of("go", go, new() { Paused = true, PausedUntil = DateTimeOffset.UnixEpoch })
            .Reason.ShouldBe("when the pause ends, at 1970-01-01 00:00:00 UTC");
        Of("go", go, facts: new() { IsDisabled = true }).ShouldBe(new("go", true, null, "the rule was disabled by a client"));
        Of("go", go, facts: new() { IsHeld = true }).Reason.ShouldNotBeNull().ShouldContain("'aiwg-daemon rules resume go'");
        Of("files", new() { Path = "src/a" }, facts: new() { Cooldown = TimeSpan.FromSeconds(9.2) })
            .ShouldBe(new("files", true, null, "cooldown for 10 s yet (cooldown_minutes: 5)"));
        Of("files", new() { Path = "src/a" }, facts: new() { Run = "abc" })
            .ShouldBe(new("files", true, "echo src/a", "after run abc has ended, unless that run made the change (ignore_own_changes)"));
        Of("hook", new() { Endpoint = "/ci", Payload = """{"headers":{"x-kept":"1"}}""" }, facts: new() { Run = "abc" })
            .Reason.ShouldBe("its action is busy with run abc (on_busy: skip)");
        Of("go", new() { Type = "go" })
            .ShouldBe(
                new(
                    "go",
                    true,
                    null,
                    "the run would be refused: {{event.payload.n}} has no value in this event (write {{event.payload.n?}} if it may be "
                        + "empty)"
                )
            );
        Came("ended", TestEvents.Of(EventSource.Daemon, "action.failed", "ended", "{}"))
            .Reason.ShouldBe("it is about the rule's own action, which never fires it");
        Came("ended", TestEvents.Of(EventSource.Daemon, "action.failed", "other", "{}")).WouldRun.ShouldBe("make");
    }

    [Theory]
    [InlineData("queue", "abc", 0, "after run abc has ended (on_busy: queue)")]
    [InlineData("queue", "abc", 2, "after run abc has ended and 2 more that wait (on_busy: queue)")]
    [InlineData("coalesce", "abc", 0, "after run abc has ended, with all events that come meanwhile (on_busy: coalesce)")]
    [InlineData("coalesce", "abc", 1, "with the run that waits already (on_busy: coalesce)")]
    [InlineData("restart", "abc", 0, "at once, and run abc is ended (on_busy: restart)")]
    [InlineData("allow", "abc", 0, null)]
    public void A_busy_rule_says_what_the_run_would_wait_for(string onBusy, string run, int waiting, string? reason) =>
        Of("go", new() { Type = "go", Payload = """{"n":7}""" }, facts: new() { Run = run, Waiting = waiting }, onBusy: onBusy)
            .ShouldBe(new("go", true, "echo 7", reason));

    private RuleTrial Of(
        string rule,
        TrialEvent.Parts parts,
        AutomationView? automation = null,
        RuleFacts? facts = null,
        string onBusy = "queue"
    ) => Judge(TrialEvent.Create(parts), false, automation, facts, onBusy).Single(t => t.Id == rule);

    private RuleTrial Came(string rule, DaemonEvent @event) => Judge(@event, true, null, null, "queue").Single(t => t.Id == rule);

    private IReadOnlyList<RuleTrial> Judge(DaemonEvent @event, bool came, AutomationView? automation, RuleFacts? facts, string onBusy)
    {
        var result = ConfigLoader.Load(
            Encoding.UTF8.GetBytes(File.Replace("ON_BUSY", onBusy, StringComparison.Ordinal)),
            "daemon.yaml",
            _ => null
        );
        result.Errors.ShouldBeEmpty();
        return new RuleTrials(result.Configuration!, _directory.Path, automation ?? new AutomationView(), _ =>
            facts ?? RuleFacts.None
        ).Judge(@event, came);
    }
}
