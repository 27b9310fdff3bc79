using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Control;
using AiwgDaemon.EndToEnd.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>
/// A project under an everyday load from all sources. Each thing that was accepted has a name, and its action writes that
/// name down: so what was lost or doubled can be counted at the end.
/// </summary>
internal sealed class SoakProject : IDisposable
{
    private const string Variable = "AIWG_SOAK_SECRET", Secret = "an hour of it";

    private readonly HttpClient _http = new();
    private readonly ConcurrentDictionary<string, byte> _manual = new(), _hooks = new(), _files = new();
    private readonly ConcurrentQueue<string> _created = new();
    private long _followed, _reloads, _commands, _refused;

    public SoakProject()
    {
        Environment.SetEnvironmentVariable(Variable, Secret);
        Directory.CreateDirectory(Project.Combine("src"));
        Configure(0);
    }

    public TestProject Project { get; } = new();

    public long Followed => Interlocked.Read(ref _followed);

    public long Reloads => Interlocked.Read(ref _reloads);

    public long Commands => Interlocked.Read(ref _commands);

    /// <summary>Refused with a reason (busy): not accepted, so not to be delivered.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>All parts of the load until the token ends it; a fault of any part ends them all.</summary>
    public async Task LoadAsync(CancellationToken token)
    {
        using var work = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var follow = new CancellationTokenSource();
        Task[] parts =
        [
            Each(200, EmitAsync, work.Token), Each(400, HookAsync, work.Token), Each(300, ChangeAsync, work.Token),
            Each(120_000, ReloadAsync, work.Token), Each(15_000, AskAsync, work.Token),
            FollowAsync(TimeSpan.MaxValue, NoteCreated, follow.Token), FollowAsync(TimeSpan.MaxValue, static _ => { }, follow.Token),
            FollowAsync(TimeSpan.FromSeconds(5), static _ => { }, follow.Token),
        ];
        await Task.WhenAny(parts);
        await work.CancelAsync();
        // Those who follow hear of the last files too.
        await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        await follow.CancelAsync();
        await Task.WhenAll(parts);
    }

    /// <summary>What was accepted of each kind, what ran of it, what did not, and what ran twice.</summary>
    public IReadOnlyList<SoakCount> Counts()
    {
        var runs = Runs().ToLookup(run => run.Rule, run => run.Name, StringComparer.Ordinal);
        return
        [
            Count("manual events", _manual, runs["manual"]), Count("webhooks", _hooks, runs["hook"]),
            Count("new files", _files, _created), Count("cron fires", null, runs["job:tick"]),
        ];
    }

    public void Dispose()
    {
        _http.Dispose();
        Project.Dispose();
    }

    private static SoakCount Count(string kind, ConcurrentDictionary<string, byte>? accepted, IEnumerable<string> runs)
    {
        var times = runs.GroupBy(name => name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        // A cron fire is accepted by nobody who waits for it: its own minute is its name, and each may be there once.
        var names = accepted?.Keys ?? times.Keys;
        return new(
            kind,
            names.Count,
            names.Count(times.ContainsKey),
            [.. names.Where(name => !times.ContainsKey(name))],
            [.. times.Where(t => t.Value > 1).Select(t => t.Key)]
        );
    }

    private IEnumerable<(string Rule, string Name)> Runs()
    {
        using var file = new FileStream(Project.Combine("runs.txt"), FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line)
            if (line.Split(' ') is { Length: 2 } words) yield return (words[0], words[1]);
    }

    // A part that fails for good ends the run: a daemon that does not answer is what the soak is there to find.
    private static async Task Each(int milliseconds, Func<CancellationToken, Task> work, CancellationToken token)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        try
        {
            while (await timer.WaitForNextTickAsync(token)) await work(token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The end of the load.
        }
    }

    private async Task EmitAsync(CancellationToken token)
    {
        using var client = Connect();
        var answer = await client.CallAsync("event.emit", p =>
        {
            p.WriteString("type", "load");
            p.WriteStartObject("payload");
            p.WriteString("text", new string('x', Random.Shared.Next(500)));
            p.WriteEndObject();
        }, token: CancellationToken.None);
        _manual[answer.GetProperty("id").GetString()!] = 0;
    }

    private async Task HookAsync(CancellationToken token)
    {
        var name = $"h{_hooks.Count}";
        var body = $$"""{"name":"{{name}}","filling":"{{new string('y', Random.Shared.Next(2000))}}"}""";
        var port = Project.State().GetProperty("monitors").GetProperty("webhook").GetProperty("port").GetInt32();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/ci")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        // Each sixth has the signature of another body.
        var forged = Random.Shared.Next(6) == 0;
        var signed = Encoding.UTF8.GetBytes(forged ? body + " " : body);
        request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
        request.Headers.Add(
            "X-Hub-Signature-256",
            "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed))
        );
        using var response = await _http.SendAsync(request, CancellationToken.None);
        if (forged) response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        else if (response.StatusCode == HttpStatusCode.ServiceUnavailable) Interlocked.Increment(ref _refused);
        else
        {
            response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            _hooks[name] = 0;
        }
    }

    // Files come, change and go; what must run once is the coming of each.
    private Task ChangeAsync(CancellationToken token)
    {
        var n = _files.Count;
        var directory = Project.Combine("src", $"d{n / 50 % 20}");
        Directory.CreateDirectory(directory);
        var name = $"f{n}.txt";
        File.WriteAllText(Path.Combine(directory, name), name);
        _files[Path.GetRelativePath(Project.Root, Path.Combine(directory, name))] = 0;
        File.WriteAllText(Project.Combine("src", "busy.txt"), $"{n}");
        foreach (var old in Directory.EnumerateFiles(Project.Combine("src"), "f*.txt", SearchOption.AllDirectories))
            if (File.GetLastWriteTimeUtc(old) < DateTime.UtcNow.AddMinutes(-1)) File.Delete(old);
        return Task.CompletedTask;
    }

    private async Task ReloadAsync(CancellationToken token)
    {
        Configure(Interlocked.Increment(ref _reloads));
        using var client = Connect();
        await client.CallAsync("daemon.reload", token: CancellationToken.None);
    }

    private async Task AskAsync(CancellationToken token)
    {
        foreach (var command in new[] { "status --json", "actions list", "events --lines 20", "logs --lines 20" })
        {
            (await Project.Run(command.Split(' '))).ShouldExit(0);
            Interlocked.Increment(ref _commands);
        }
    }

    // Told to a client rather than counted in runs: a rule that fires at each of them would be a runaway.
    private void NoteCreated(JsonElement notification)
    {
        notification.GetProperty("method").GetString().ShouldBe("event", "a client that keeps up misses nothing");
        var @event = notification.GetProperty("params").GetProperty("event");
        if (
            @event.GetProperty("type").GetString() == "file.create"
            && @event.GetProperty("payload").GetProperty("path").GetString() is { } path
            && path.Contains("/f", StringComparison.Ordinal)
        )
            _created.Enqueue(path);
    }

    private async Task FollowAsync(TimeSpan stay, Action<JsonElement> note, CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(token);
            if (stay != TimeSpan.MaxValue) leave.CancelAfter(stay);
            try
            {
                using var client = Connect();
                await client.CallAsync("event.subscribe", token: leave.Token);
                await foreach (var notification in client.NotificationsAsync(leave.Token))
                {
                    Interlocked.Increment(ref _followed);
                    note(notification);
                }
                throw new IOException("The daemon ended a subscription by itself");
            }
            catch (OperationCanceledException) when (leave.IsCancellationRequested)
            {
                // Leaves, and comes again.
            }
        }
    }

    private ControlClient Connect() =>
        ControlClient.TryConnect(Project.Paths.Socket) ?? throw new IOException("Nobody listens at the control socket");

    private void Configure(long generation) =>
        Project.Configure(
            string.Create(
                CultureInfo.InvariantCulture,
                $$$"""
                daemon: { heartbeat_interval_seconds: 5, shutdown_grace_seconds: 5, log: { max_size_mb: 1, max_files: 2 }, history: { actions_kept: 100 } }
                watch: { paths: [ { path: "src/" } ], debounce_ms: {{{100 + (generation % 2 * 50)}}} }
                schedule: { jobs: [ { id: tick, cron: "* * * * *", action: minute } ] }
                webhook: { enabled: true, port: 0, secret_env: {{{Variable}}}, rate_limit_per_minute: 0, endpoints: [ { path: /ci, signature: github } ] }
                actions:
                  minute: { type: shell, command: 'echo "$AIWG_RULE_ID {{event.payload.scheduled_for}}" >> runs.txt' }
                rules:
                  - { id: manual, event: { source: manual }, action: { type: shell, command: 'echo "$AIWG_RULE_ID $AIWG_EVENT_ID" >> runs.txt' } }
                  - { id: hook, event: { source: webhook }, action: { type: shell, command: 'echo "$AIWG_RULE_ID {{event.payload.body.name}}" >> runs.txt' } }
                  - { id: busy, event: { source: watch, path_pattern: "src/busy.txt" }, on_busy: coalesce, cooldown_minutes: 0.2, action: { type: shell, command: 'cat src/busy.txt; exit $(($$ % 8 == 0))' } }
                  - { id: passing{{{generation}}}, event: { source: manual, type: never }, action: { type: exec, argv: ["true"] } }

                """
            )
        );
}

/// <summary>What became of one kind of event.</summary>
internal sealed record SoakCount(string Kind, int Accepted, int Delivered, IReadOnlyList<string> Lost, IReadOnlyList<string> Doubled);
