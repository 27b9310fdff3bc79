using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>
/// The first session of somebody who has just installed the program, with the mistakes that people make, word for word. A change
/// of a text is looked at here before anybody else sees it.
/// </summary>
public sealed class FirstSessionTests : IDisposable
{
    private const string Configuration = """
        daemon: { heartbeat_interval_seconds: 60 }
        watch: { enabled: false }
        schedule:
          timezone: UTC
          jobs:
            - { id: yearly, cron: "0 0 1 1 *", action: test }
        actions:
          test: { type: shell, command: "echo 2 tests passed" }
          break: { type: shell, command: "echo 1 test failed; exit 3" }
        rules:
          - id: deploy
            event: { source: manual, type: deploy.requested }
            action: { type: shell, command: "echo deploying to {{event.payload.target}}" }

        """;

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_newcomer_finds_the_way()
    {
        var session = new Transcript(_project);

        session.Say("nothing is here yet");
        await session.Type();
        Directory.CreateDirectory(_project.Combine("src/deep"));
        await session.Type("status");
        await session.Type("reload");
        await session.Type("logs");
        await session.Type("events");
        await session.Type("rules");
        await session.Type("config", "validate");
        await session.Type("--project", "/no/such/place", "start");

        session.Say("slips of the pen");
        await session.Type("strat");
        await session.Type("start", "--forground");
        await session.Type("actions", "lst");
        await session.Type("stop", "--timeout", "soon");
        await session.Type("emit");
        await session.Type("emit", "deploy.requested", "--payload", "{target: staging}");
        await session.Type("cron", "next", "60 * * * *");

        session.Say("a configuration");
        await session.Type("config", "init");
        await session.Type("config", "validate");
        await session.Type("config", "init");
        _project.Configure(Configuration);
        await session.Type("config", "validate");
        await session.Type("rules");
        await session.Type("rules", "test", "--type", "deploy.requested", "--payload", """{"target": "staging"}""");
        await session.Type("rules", "test", "--path", "src/app.ts");
        await session.Type("cron", "next", "0 0 1 1 *", "--timezone", "UTC", "--from", "2026-11-22T09:00:00Z");
        await session.Type("cron", "explain", "0 0 1 1 *");

        session.Say("it runs, and finds a delivery that failed for good the last time");
        LeaveDeadLetter();
        await session.Type("start");
        await session.Type("start");
        var emitted = (await session.Type("emit", "deploy.requested", "--payload", """{"target": "staging"}"""))
            .ShouldExit(0)
            .Output.Trim();
        emitted.Length.ShouldBe(36);
        await UntilActions(1);
        await session.Type("events");
        await session.Type("actions", "list");
        await session.Type("actions", "logs", NewestAction());
        await session.Type("actions", "run", "test", "--wait");
        await session.Type("actions", "run", "break", "--wait");
        await UntilActions(3);
        await session.Type("actions", "run", "tset");
        await session.Type("actions", "logs", "nonesuch");
        await session.Type("actions", "cancel", NewestAction());
        await session.Type("status");
        await session.Type("dead-letters", "list");
        (await session.Type("dead-letters", "retry", "0001")).ShouldExit(0);
        await UntilActions(4);
        await session.Type("actions", "logs", NewestAction());
        await session.Type("dead-letters");
        await session.Type("dead-letters", "retry", "--all");
        await session.Type("dead-letters", "retry", "nonesuch");

        session.Say("from a directory within the project, and from elsewhere");
        await session.TypeIn(_project.Combine("src/deep"), "rules", "list");
        await session.TypeIn("/", "emit", "deploy.requested");

        session.Say("an edit with a mistake");
        _project.Configure(
            Configuration.Replace("cron:", "corn:", StringComparison.Ordinal).Replace("type: shell", "type: shel", StringComparison.Ordinal)
        );
        (await session.Type("reload")).ShouldExit(5);
        _project.Configure(Configuration.Replace("2 tests", "3 tests", StringComparison.Ordinal));
        (await session.Type("reload")).ShouldExit(0);
        await session.Type("reload");

        session.Say("the end");
        await session.Type("logs", "--level", "error", "--lines", "3");
        await session.Type("stop");
        await session.Type("stop");
        (await session.Type("status")).ShouldExit(3);
        await session.Type("emit", "deploy.requested");
        session.ToString().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    private void LeaveDeadLetter()
    {
        var when = DateTimeOffset.UtcNow.AddHours(-1);
        var @event = EventFactory.Create(when, EventSource.Manual, "deploy.requested", "", """{"target": "production"}"""u8.ToArray());
        var letter = new DeadLetter(
            new Guid("0198c200-0000-7000-8000-000000000001"),
            @event,
            "router",
            "The disk was full",
            4,
            when,
            when.AddSeconds(7)
        );
        _project.WriteFile(".aiwg/daemon/events/dead-letters.jsonl", Encoding.UTF8.GetString(letter.ToJson()) + "\n");
    }

    private Task UntilActions(int count) =>
        Eventually.Until(
            () =>
                _project.State() is var state
                && state.GetProperty("recent_actions").GetArrayLength() == count
                && state.GetProperty("bus").GetProperty("queue_length").GetInt32() == 0,
            $"{count} ended actions in state.json"
        );

    private string NewestAction() =>
        _project
            .State()
            .GetProperty("recent_actions")
            .EnumerateArray()
            .Select(a => a.GetProperty("id").GetString()!)
            .Max(StringComparer.Ordinal)!;
}
