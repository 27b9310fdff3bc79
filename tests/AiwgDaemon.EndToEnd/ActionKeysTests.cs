using System.Globalization;
using System.Text.Json;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>The keys of actions and jobs, as somebody who wrote them sees what they do.</summary>
public sealed class ActionKeysTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task An_http_action_sends_what_is_configured_and_shows_no_url()
    {
        await using var receiver = new HttpStandIn(request =>
            request.Contains("\"n\": 2", StringComparison.Ordinal) ? "HTTP/1.1 500 Broken" : "HTTP/1.1 202 Accepted");
        _project.Configure("""
            rules:
              - id: hook
                event: { type: go }
                on_busy: queue
                action:
                  type: http
                  url_env: HOOK_URL
                  method: PUT
                  headers: { X-N: "{{event.payload.n}}" }
                  headers_env: { Authorization: HOOK_TOKEN }
                  body: '{"text": "{{event.payload.text}}", "n": {{event.payload.n}}}'
                  expected_status: [202]
            """);
        await Start(("HOOK_URL", $"http://127.0.0.1:{receiver.Port}/hidden-path"), ("HOOK_TOKEN", "hidden-token"));
        (await _project.Run("emit", "go", "--payload", """{"n":1,"text":"a \"quote\""}""")).ShouldExit(0);
        (await _project.Run("emit", "go", "--payload", """{"n":2,"text":"b"}""")).ShouldExit(0);
        await Eventually.Until(() => Listed().Count(run => Ended(run)) == 2, "both to have ended");
        var (first, second) = (Listed()[1], Listed()[0]);
        Status(first).ShouldBe("completed");
        Status(second).ShouldBe("failed");
        second.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("500");
        var request = receiver.Requests.First();
        request.ShouldStartWith("PUT /hidden-path HTTP/1.1\r\n");
        request.ShouldContain("X-N: 1\r\n");
        request.ShouldContain("Authorization: hidden-token\r\n");
        var body = JsonDocument.Parse(request[request.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]).RootElement;
        (body.GetProperty("text").GetString(), body.GetProperty("n").GetInt32()).ShouldBe(("a \"quote\"", 1));
        foreach (var run in new[] { first, second })
        {
            var id = run.GetProperty("id").GetString()!;
            var shown = (await _project.Run("actions", "show", id)).ShouldExit(0).Output
                + (await _project.Run("actions", "logs", id)).ShouldExit(0).Output
                + run.GetRawText();
            shown.ShouldContain("$HOOK_URL");
            shown.ShouldNotContain("hidden");
        }
    }

    [Fact]
    public async Task A_job_of_minutes_runs_by_itself_and_tells_its_watcher_of_start_success_and_failure()
    {
        await using var watcher = new HttpStandIn(HttpStandIn.Ok);
        _project.Configure("""
            schedule:
              jobs:
                - id: fine
                  every_minutes: 0.02
                  ping_url_env: FINE_URL
                  action: { type: shell, command: "echo fine >> ran" }
                - id: broken
                  every_minutes: 0.02
                  ping_url_env: BROKEN_URL
                  action: { type: shell, command: "echo why it failed; exit 3" }
            """);
        await Start(("FINE_URL", $"http://127.0.0.1:{watcher.Port}/fine"), ("BROKEN_URL", $"http://127.0.0.1:{watcher.Port}/broken"));
        await _project.UntilLines("ran", 2);
        await Eventually.Until(
            () => new[] { "/fine/start", "/fine", "/broken/start", "/broken/fail" }.All(path => To(watcher, path).Any()),
            "each to be told"
        );
        To(watcher, "/broken/fail").First().ShouldContain("why it failed");
        To(watcher, "/fine/fail").ShouldBeEmpty();
        To(watcher, "/broken").ShouldBeEmpty();
        var fires = Listed("--rule", "job:fine").Select(run => run.GetProperty("queued_at").GetDateTimeOffset()).ToList();
        (fires[^2] - fires[^1]).TotalSeconds.ShouldBeGreaterThan(0.5);
    }

    [Fact]
    public async Task Only_if_exit_codes_input_environment_and_niceness_are_as_they_are_written()
    {
        _project.WriteFile("my.env", "GREETING=\"hello there\"\nPLACE=file\n");
        _project.Configure("""
            groups: { gpu: 2 }
            actions:
              skipped: { type: shell, command: "echo ran", only_if: [sh, -c, "exit 10"] }
              guarded: { type: shell, command: "echo ran", only_if: [sh, -c, "exit 0"] }
              codes: { type: shell, command: "exit 3", success_exit_codes: [0, 3] }
              strict: { type: shell, command: "exit 3" }
              silent: { type: shell, command: "wc -c", stdin: none }
              told: { type: shell, command: "wc -c" }
              dotenv: { type: shell, command: 'echo "$GREETING from $PLACE"', env_file: my.env, env: { PLACE: env } }
              nice: { type: shell, command: "nice", nice: 7 }
              slot: { type: shell, command: 'echo "slot $AIWG_SLOT"', group: gpu }
            """);
        (await _project.Run("start")).ShouldExit(0);
        (await Wait("skipped")).Error.ShouldContain("skipped: only_if ended with exit code 10");
        (await Output("guarded")).ShouldBe(["ran"]);
        (await Wait("codes")).ExitCode.ShouldBe(0);
        (await Wait("strict")).ExitCode.ShouldBe(1);
        (await Output("silent")).Select(line => line.Trim()).ShouldBe(["0"]);
        int.Parse((await Output("told"))[0].Trim(), CultureInfo.InvariantCulture).ShouldBeGreaterThan(10);
        (await Output("dotenv")).ShouldBe(["hello there from env"]);
        (await Output("nice")).ShouldBe(["7"]);
        (await Output("slot")).ShouldBe(["slot 1"]);
        var runs = Listed().ToDictionary(run => run.GetProperty("action").GetString()!, StringComparer.Ordinal);
        Status(runs["codes"]).ShouldBe("completed");
        runs["codes"].GetProperty("exit_code").GetInt32().ShouldBe(3);
        Status(runs["strict"]).ShouldBe("failed");
    }

    [Fact]
    public async Task Of_a_long_output_the_beginning_and_the_end_are_kept_with_what_is_left_out_between()
    {
        _project.Configure("""
            daemon: { history: { action_output_mb: 0.01 } }
            actions: { flood: { type: shell, command: "echo the beginning; seq 1 20000; echo the end" } }
            """);
        (await _project.Run("start")).ShouldExit(0);
        (await Wait("flood")).ExitCode.ShouldBe(0);
        var shown = await Output("flood", run: false);
        shown[0].ShouldBe("the beginning");
        shown[^1].ShouldBe("the end");
        shown[^2].ShouldBe("20000");
        shown.ShouldContain("1");
        shown.Count(line => line.EndsWith(" bytes of output are left out here", StringComparison.Ordinal)).ShouldBe(1);
        shown.Sum(line => line.Length + 1).ShouldBeLessThan(12_000);
    }

    private async Task Start(params (string Name, string Value)[] variables)
    {
        await _project.Raw(DaemonBinary.Path, variables.ToDictionary(v => v.Name, v => v.Value), "start");
        _project.DaemonPid.ShouldNotBeNull();
    }

    private Task<RunResult> Wait(string action) => _project.Run("actions", "run", action, "--wait");

    /// <summary>What the program printed, without the lines that the daemon adds.</summary>
    private async Task<List<string>> Output(string action, bool run = true)
    {
        if (run) (await Wait(action)).ShouldExit(0);
        var id = Listed().First(record => record.GetProperty("action").GetString() == action).GetProperty("id").GetString()!;
        var lines = (await _project.Run("actions", "logs", id)).ShouldExit(0).Output.TrimEnd('\n').Split('\n');
        return [.. lines.Where(line => line.Length > 0 && (!line.StartsWith('#') || line.EndsWith(" here", StringComparison.Ordinal)))];
    }

    private List<JsonElement> Listed(params string[] options)
    {
        var result = _project.Run(["actions", "list", "--json", .. options]).GetAwaiter().GetResult().ShouldExit(0);
        return [.. JsonDocument.Parse(result.Output).RootElement.EnumerateArray()];
    }

    private static string Status(JsonElement run) => run.GetProperty("status").GetString()!;

    private static bool Ended(JsonElement run) => Status(run) is not ("queued" or "running");

    private static IEnumerable<string> To(HttpStandIn server, string path) =>
        server.Requests.Where(request => request.StartsWith($"POST {path} ", StringComparison.Ordinal));
}
