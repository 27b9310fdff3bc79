using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text;
using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Control;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Runs;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>
/// A project whose actions write down who they are, and publishers that write down what was accepted: so that what became
/// of each event can be told afterwards. One rule for each way of delivery.
/// </summary>
internal sealed class LoadedProject : IDisposable
{
    private const int CooldownMs = 1200;

    // Every event of the run, one line each, with one write: lines of actions that run side by side are not mixed.
    private const string Script = """
        ids=$AIWG_EVENT_ID
        [ "$AIWG_RULE_ID" != joined ] || ids=$(grep -o '"id":"[0-9a-f-]*"' | cut -d'"' -f4)
        code=0
        [ "$AIWG_RULE_ID" != flaky ] || grep -q "^$AIWG_EVENT_ID flaky " runs.txt || code=1
        lines=
        for id in $ids; do lines="$lines$id $AIWG_RULE_ID $AIWG_ACTION_ID $$\n"; done
        printf "$lines" >> runs.txt
        sleep 0.0$(($$ % 4))
        exit $code

        """;

    // Rules whose events are told to a publisher that they are accepted: each must come to a run.
    private static readonly string[] Emitted = ["plain", "joined", "flaky", "again"];

    private readonly ConcurrentDictionary<(string Event, string Rule), bool> _accepted = new();
    private readonly ConcurrentDictionary<string, bool> _asked = new();
    private readonly HashSet<(string Event, string Rule, string Action)> _lost = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public LoadedProject()
    {
        Project.Configure($$"""
            daemon: { heartbeat_interval_seconds: 1, shutdown_grace_seconds: 3, log: { max_size_mb: 2, max_files: 2 } }
            watch: { paths: [ { path: "src/" } ], debounce_ms: 50 }
            schedule: { jobs: [ { id: tick, cron: "* * * * *", action: work } ] }
            webhook: { enabled: true, port: 0, rate_limit_per_minute: 0, endpoints: [ { path: /ci, signature: none } ] }
            actions: { work: { type: exec, argv: [ sh, work.sh ] } }
            rules:
              - { id: watched, event: { source: watch }, action: work, on_busy: coalesce }
              - { id: plain, event: { source: manual, type: load.plain }, action: work }
              - { id: joined, event: { source: manual, type: load.joined }, action: work, on_busy: coalesce }
              - { id: flaky, event: { source: manual, type: load.flaky }, action: work, on_busy: allow, retries: 1 }
              - { id: again, event: { source: manual, type: load.again }, action: work, on_lost: rerun }
              - { id: cool, event: { source: manual, type: "load.*" }, action: work, cooldown_minutes: {{(CooldownMs / 60000.0).ToString(
                CultureInfo.InvariantCulture
            )}} }
              - { id: hook, event: { source: webhook }, action: work }

            """);
        Directory.CreateDirectory(Project.Combine("src"));
        Project.WriteFile("work.sh", Script);
        File.WriteAllText(RunsPath, "");
    }

    public TestProject Project { get; } = new();

    public int Accepted => _accepted.Count + _asked.Count;

    public HashSet<string> StartedAndNotEnded { get; } = [];

    private string RunsPath => Project.Combine("runs.txt");

    /// <summary>Each run that came as far as its first command: event, rule, action.</summary>
    public IReadOnlyList<(string Event, string Rule, string Action)> Runs =>
        [.. File.ReadAllLines(RunsPath).Select(line => line.Split(' ')).Where(w => w.Length == 4).Select(w => (w[0], w[1], w[2]))];

    /// <summary>Publishes until the daemon goes away; what was answered is accepted. At most so many are on their way.</summary>
    public async Task PublishAsync(int most, CancellationToken token)
    {
        try
        {
            using var client = ControlClient.TryConnect(Project.Paths.Socket);
            if (client is null) return;
            var port = Project.State().GetProperty("monitors").GetProperty("webhook").GetProperty("port").GetInt32();
            for (var n = 0; !token.IsCancellationRequested; n++)
            {
                while (n % 8 == 0 && Missing().Count > most) await Task.Delay(20, token);
                if (n % 16 == 0) File.WriteAllText(Project.Combine("src", $"f{n % 64}.txt"), $"{n}");
                if (n % 7 == 3) await PostAsync(port, token);
                else if (n % 7 == 5) await AskAsync(client, token);
                else await EmitAsync(client, Emitted[n % Emitted.Length], token);
            }
        }
        catch (Exception e)
            when (e
                    is IOException
                        or SocketException
                        or HttpRequestException
                        or OperationCanceledException
                        or ApiException
                        or TimeoutException
            )
        {
            // Killed in the middle: what was not answered was not promised.
        }
    }

    /// <summary>
    /// After a kill, before the next start: what the ledger and the output files say was started and not seen to end. Those
    /// must not run again, whether or not they came as far as their first command, but for those of the rule that asks for it.
    /// </summary>
    public async Task NoteStartedAsync()
    {
        // A child that the daemon was just starting holds its lock until it has made its output file and runs its program.
        await Eventually.Until(() => InstanceLock.FindHolder(Project.Paths.Lock) is null, "the lock of the killed daemon to be free");
        var ledger = new LedgerReader();
        foreach (var (line, _) in JsonLines.Read(Path.Combine(Project.Paths.Events, RunStore.FileName)))
            ledger.Apply(line.Span, static _ => { }, out _);
        lock (_lost)
        {
            StartedAndNotEnded.Clear();
            foreach (var action in ledger.State.Live.Where(a => a.Process is not null || CrashRecovery.OutputExists(Project.Paths, a.Id)))
            {
                StartedAndNotEnded.Add(action.Id);
                foreach (var @event in action.Events) _lost.Add(($"{@event.Id}", action.RuleId, action.Id));
            }
        }
    }

    /// <summary>Killed in the instant between the child's start and its first command.</summary>
    public int LostBeforeFirstCommand() => _lost.Select(l => l.Action).Except(Runs.Select(run => run.Action)).Count();

    public IReadOnlyList<string> Missing()
    {
        var runs = Runs;
        (string Event, string Rule, string Action)[] lost;
        lock (_lost)
            lost = [.. _lost];
        var times = runs.Concat(lost.Where(l => l.Rule != "again"))
            .Distinct()
            .GroupBy(r => (r.Event, r.Rule))
            .ToDictionary(g => g.Key, g => g.Count());
        var interrupted = lost.Select(l => (l.Event, l.Rule)).ToHashSet();
        var actions = runs.Concat(lost).Select(r => r.Action).ToHashSet();
        return
        [
            .. _accepted
                .Keys.Where(e => times.GetValueOrDefault(e) < (e.Rule == "flaky" && !interrupted.Contains(e) ? 2 : 1))
                .Select(e => $"{e.Event} of {e.Rule}"),
            .. _asked.Keys.Where(a => !actions.Contains(a)).Select(a => $"the asked for {a}"),
        ];
    }

    /// <summary>What ran more often than promised: once, a failing one once more, and what is to be run again once for each time that it
    /// was lost.</summary>
    public IReadOnlyList<string> Repeated()
    {
        var lost = _lost.GroupBy(l => (l.Event, l.Rule)).ToDictionary(g => g.Key, g => g.Count());
        return
        [
            .. Runs.GroupBy(run => (run.Event, run.Rule))
                .Where(g => g.Count() > g.Key.Rule switch { "flaky" => 2, "again" => 1 + lost.GetValueOrDefault(g.Key), _ => 1 })
                .Select(g => $"{g.Key.Event} of {g.Key.Rule}: {string.Join(", ", g.Select(r => r.Action))}"),
            .. Runs.GroupBy(run => (run.Event, run.Action))
                .Where(g => g.Count() > 1)
                .Select(g => $"{g.Key.Event} in one action {g.Key.Action}"),
        ];
    }

    /// <summary>Pairs of runs that were decided on sooner after each other than the cooldown allows.</summary>
    public IReadOnlyList<string> TooEarly()
    {
        string[] runs = [.. Runs.Where(run => run.Rule == "cool").Select(run => run.Action).Order(StringComparer.Ordinal)];
        return
        [
            .. runs.Zip(runs.Skip(1))
                .Where(pair => Milliseconds(pair.Second) - Milliseconds(pair.First) < CooldownMs)
                .Select(pair => $"{pair.First} and {pair.Second}"),
        ];
    }

    public void Dispose()
    {
        _http.Dispose();
        Project.Dispose();
    }

    // The first 48 of an id's 80 bits.
    private static long Milliseconds(string actionId) =>
        actionId.Aggregate((UInt128)0, (bits, digit) => (bits << 5) | (uint)"0123456789abcdefghjkmnpqrstvwxyz".IndexOf(digit)) is var all
            ? (long)(all >> 32)
            : 0;

    private async Task EmitAsync(ControlClient client, string rule, CancellationToken token)
    {
        var answer = await client.CallAsync("event.emit", p => p.WriteString("type", $"load.{rule}"), token: token);
        _accepted[(Id(answer), rule)] = true;
    }

    private async Task AskAsync(ControlClient client, CancellationToken token) =>
        _asked[Id(await client.CallAsync("action.run", p => p.WriteString("name", "work"), token: token))] = true;

    private async Task PostAsync(int port, CancellationToken token)
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync($"http://127.0.0.1:{port}/ci", content, token);
        if (!response.IsSuccessStatusCode) return;
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(token));
        _accepted[(answer.RootElement.GetProperty("id").GetString()!, "hook")] = true;
    }

    private static string Id(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.String ? answer.GetString()! : answer.GetProperty("id").GetString()!;
}
