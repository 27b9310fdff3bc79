using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AiwgDaemon.Cli;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Cli;

/// <summary>The screen and the document of <c>status</c>, from a lock and a state.json as they are found.</summary>
public sealed class StatusDocumentTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private static readonly DaemonState Running = StateDefaults.Empty with
    {
        Pid = Environment.ProcessId, Version = "1.2.3", ConfigPath = "/srv/site/.aiwg/daemon.yaml", Running = true,
        StartedAt = Now.AddHours(-3), LastHeartbeat = Now.AddSeconds(-12), UptimeSeconds = 10_788, HeartbeatIntervalSeconds = 30,
        Health = new() { Status = "healthy", LastCheck = Now.AddSeconds(-12), Issues = [] },
    };

    private readonly TemporaryDirectory _directory = new();
    private readonly StringBuilder _text = new();
    private readonly ProjectPaths _paths;

    public StatusDocumentTests()
    {
        _paths = new(_directory.Path);
        Directory.CreateDirectory(_paths.Daemon);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Each_state_has_its_document()
    {
        Show("never started", null);
        Show("stopped", Document(Running with { Running = false }));
        Show("killed", Document(Running));
        Show("stopped, and state.json cut off", "{\"pid\": 42, \"sta");
        using (InstanceLock.TryTake(_paths.Lock).ShouldNotBeNull())
        {
            Show("starting", null);
            Show("starting over what an earlier one left", Document(Running with { Pid = 1 }));
            Show("healthy", Document(Running));
            Show("degraded", Document(WithIssue("degraded", "watch.limit", "2 directories are polled")));
            Show("unhealthy", Document(WithIssue("unhealthy", "bus.journal", "Events cannot be written: No space left on device")));
            Show("stopping", Document(Running with { Stopping = true }));
            Show("frozen", Document(Running with { LastHeartbeat = Now.AddMinutes(-9) }));
            Show("state.json cut off", "{\"pid\": 42, \"sta");
            Show("state.json empty", "");
            Show("state.json of another kind", "[1, 2]");
            Show("state.json null", "null");
            Show("state.json of a newer version", OfNewerVersion());
            Show(
                "state.json of an older version",
                "{\"pid\":"
                    + Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
                    + ",\"running\":true,\"last_heartbeat\":\"2026-11-22T08:59:48Z\",\"started_at\":\"2026-11-22T06:00:00Z\",\"health\":{\"status\":\"healthy\"}}"
            );
            File.Delete(_paths.State);
            Directory.CreateDirectory(_paths.State);
            Add("state.json is a directory");
        }
        _text.ToString().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    private static DaemonState WithIssue(string severity, string key, string message) =>
        Running with { Health = new() { Status = severity, LastCheck = Now, Issues = [new(key, severity, message, Now.AddMinutes(-5))] } };

    // Members and words that this version does not know, and a number where it expects another.
    private static string OfNewerVersion()
    {
        var document = JsonNode.Parse(Document(Running with { Version = "9.0.0" }))!.AsObject();
        document["shards"] = new JsonObject { ["count"] = 3 };
        document["monitors"]!["queue"] = new JsonObject { ["enabled"] = true };
        document["bus"]!["latency_ms"] = 0.25;
        document["recent_actions"] = new JsonArray(
            new JsonObject
            {
                ["id"] = "0h3kd9vz8m2q4zj7",
                ["rule_id"] = "test",
                ["type"] = "wasm",
                ["command"] = "npm test",
                ["status"] = "hibernated",
                ["queued_at"] = "2026-11-22T08:58:00Z",
            }
        );
        return document.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static string Document(DaemonState state)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("state.json");
        new StateStore(path).Write(state);
        return File.ReadAllText(path);
    }

    private void Show(string title, string? document)
    {
        if (document is null) File.Delete(_paths.State);
        else File.WriteAllText(_paths.State, document);
        Add(title);
    }

    private void Add(string title)
    {
        var report = StatusReport.Read(_paths, Now);
        using var json = new MemoryStream();
        report.WriteJson(json);
        _text.Append(CultureInfo.InvariantCulture, $"=== {title} (exit code {report.ExitCode})\n")
            .Append(Anonymous(StatusText.Render(report, Now, TextStyle.Plain, utc: false)))
            .Append("--- --json\n").Append(Folded(Anonymous(Encoding.UTF8.GetString(json.ToArray())))).Append("\n\n");
    }

    // Once is enough for what no state changes.
    private string Folded(string json) =>
        _text.ToString().Contains("\"monitors\"", StringComparison.Ordinal)
            ? Regex.Replace(
                json,
                """^  "monitors": \{.*?^  \},\n  "bus": \{.*?^  \},\n""",
                "  (monitors and bus as above)\n",
                RegexOptions.Singleline | RegexOptions.Multiline
            )
            : json;

    private string Anonymous(string text) =>
        text.Replace(_directory.Path, "/srv/site", StringComparison.Ordinal)
            .Replace($"pid {Environment.ProcessId}", "pid 4242", StringComparison.Ordinal)
            .Replace($"\"pid\": {Environment.ProcessId}", "\"pid\": 4242", StringComparison.Ordinal);
}
