using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Control;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>
/// A project whose actions write down who they are, and publishers that write down what was accepted: so that what became
/// of each event can be told afterwards.
/// </summary>
internal sealed class LoadedProject : IDisposable
{
    public const int Rules = 3;

    // One line with one write: lines of actions that run side by side are not mixed.
    private const string Action = "echo \"$AIWG_EVENT_ID $AIWG_RULE_ID $AIWG_ACTION_ID $$\" >> runs.txt; sleep 0.0$(($$ % 4))";

    private readonly ConcurrentDictionary<string, string> _accepted = new();
    private readonly HashSet<(string Event, string Rule)> _lost = [];

    public LoadedProject()
    {
        var rules = string.Concat(Enumerable.Range(0, Rules).Select(i =>
            $$"""  - { id: r{{i}}, event: { source: manual, type: "load.{{i}}" }, action: work }""" + "\n"));
        Project.Configure($$"""
            daemon: { heartbeat_interval_seconds: 1, shutdown_grace_seconds: 3, log: { max_size_mb: 2, max_files: 2 } }
            watch: { paths: [ { path: "src/" } ], debounce_ms: 50 }
            schedule: { jobs: [ { id: tick, cron: "* * * * *", action: work } ] }
            actions: { work: { type: shell, command: '{{Action}}' } }
            rules:
              - { id: watched, event: { source: watch }, action: work, on_busy: coalesce }
            {{rules}}
            """);
        Directory.CreateDirectory(Project.Combine("src"));
        File.WriteAllText(RunsPath, "");
    }

    public TestProject Project { get; } = new();

    public int Accepted => _accepted.Count;

    public HashSet<string> StartedAndNotEnded { get; } = [];

    private string RunsPath => Project.Combine("runs.txt");

    /// <summary>Each run that came as far as its first command: event, rule, action.</summary>
    public IReadOnlyList<(string Event, string Rule, string Action)> Runs =>
        [.. File.ReadAllLines(RunsPath).Select(line => line.Split(' ')).Where(w => w.Length == 4).Select(w => (w[0], w[1], w[2]))];

    public int Outstanding => _accepted.Count - File.ReadAllLines(RunsPath).Length;

    /// <summary>Publishes until the daemon goes away; what was answered is accepted. At most so many are on their way.</summary>
    public async Task PublishAsync(int most, CancellationToken token)
    {
        try
        {
            using var client = ControlClient.TryConnect(Project.Paths.Socket);
            if (client is null) return;
            for (var n = 0; !token.IsCancellationRequested; n++)
            {
                while (n % 8 == 0 && Outstanding > most) await Task.Delay(20, token);
                if (n % 16 == 0) File.WriteAllText(Project.Combine("src", $"f{n % 64}.txt"), $"{n}");
                await EmitAsync(client, n % Rules, token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ControlException or TimeoutException)
        {
            // Killed in the middle: what was not answered was not promised.
        }
    }

    /// <summary>
    /// After a kill, before the next start: what the ledger and the output files say was started and not seen to end. Those
    /// must not run again, whether or not they came as far as their first command.
    /// </summary>
    public void NoteStarted()
    {
        StartedAndNotEnded.Clear();
        var ledger = new LedgerState();
        foreach (var (line, _) in JsonLines.Read(Path.Combine(Project.Paths.Events, DeliveryLedger.FileName))) ledger.Apply(line.Span, static _ => { }, out _);
        foreach (var action in ledger.Live.Where(a => a.Process is not null || CrashRecovery.OutputExists(Project.Paths, a.Id)))
        {
            StartedAndNotEnded.Add(action.Id);
            foreach (var @event in action.Events) _lost.Add(($"{@event.Id}", action.RuleId));
        }
    }

    /// <summary>Killed in the instant between the child's start and its first command.</summary>
    public int LostBeforeFirstCommand() => _lost.Except(Runs.Select(run => (run.Event, run.Rule))).Count();

    public IReadOnlyList<string> Missing()
    {
        var seen = Runs.Select(run => (run.Event, run.Rule)).Concat(_lost).ToHashSet();
        return [.. _accepted.Where(e => !seen.Contains((e.Key, e.Value))).Select(e => $"{e.Key} of {e.Value}")];
    }

    /// <summary>What ran more often than once; coalesced changes of files are one event.</summary>
    public IReadOnlyList<string> Repeated() =>
        [.. Runs.GroupBy(run => (run.Event, run.Rule)).Where(g => g.Count() > 1).Select(g => $"{g.Key.Event} of {g.Key.Rule}: {string.Join(", ", g.Select(r => r.Action))}")];

    public void Dispose() => Project.Dispose();

    private async Task EmitAsync(ControlClient client, int rule, CancellationToken token)
    {
        var answer = await client.CallAsync("event.emit", p => p.WriteString("type", $"load.{rule}"), token: token);
        var id = answer.ValueKind == JsonValueKind.String ? answer.GetString()! : answer.GetProperty("id").GetString()!;
        _accepted[id] = $"r{rule}";
    }
}
