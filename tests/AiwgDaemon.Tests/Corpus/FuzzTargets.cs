using System.Text.Json;
using System.Text;
using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Cli;
using AiwgDaemon.Config;
using AiwgDaemon.Control;
using AiwgDaemon.Globs;
using AiwgDaemon.Runs;
using AiwgDaemon.Sources.Cron.Zones;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Webhook.Signing;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Control;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Corpus;

/// <summary>
/// What reads bytes that others wrote, by the name of its directory of examples. Each takes any bytes whatever: it may refuse them, and
/// must neither throw nor contradict itself.
/// </summary>
internal static class FuzzTargets
{
    private static readonly DateTimeOffset After = new(2026, 3, 28, 22, 59, 31, TimeSpan.Zero);
    private static readonly Zone Berlin = ZoneFiles.System.Read("Europe/Berlin").Zone;

    private static readonly byte[] SignatureSecret = "It's a Secret to Everybody"u8.ToArray();
    private static readonly string[] SignatureHeaders =
    [
        "X-Hub-Signature-256",
        "X-Gitea-Signature",
        "X-Gitlab-Token",
        "Stripe-Signature",
        "webhook-signature",
        "Authorization",
    ];

    [ThreadStatic]
    private static ControlRpc? _rpc;

    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } =
        new SortedDictionary<string, Action<byte[]>>(StringComparer.Ordinal)
        {
            ["cron"] = Cron,
            ["glob"] = GlobPattern,
            ["gitignore"] = GitIgnore,
            ["configuration"] = Configuration,
            ["jsonrpc"] = JsonRpc,
            ["journal"] = Journal,
            ["ledger"] = Ledger,
            ["deadletter"] = Letter,
            ["signature"] = Signatures,
            ["state"] = State,
        };

    private static void Cron(byte[] input)
    {
        if (!CronExpression.TryParse(Encoding.UTF8.GetString(input), out var cron, out var error))
        {
            error.ShouldNotBeNullOrWhiteSpace();
            return;
        }
        foreach (var zone in new[] { Zone.Utc, Berlin })
        {
            var last = After;
            for (var i = 0; i < 3 && cron.Next(last, zone) is { } next; i++)
            {
                next.ShouldBeGreaterThan(last);
                last = next;
            }
        }
    }

    // The first line is the pattern, the rest a path.
    private static void GlobPattern(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input).Split('\n', 2);
        if (Glob.TryParse(text[0], out var glob, out var error)) _ = glob.IsMatch(text[^1]);
        else error.ShouldNotBeNullOrWhiteSpace();
    }

    // The first line is a path, the rest the file.
    private static void GitIgnore(byte[] input)
    {
        var end = Array.IndexOf(input, (byte)'\n');
        var (path, file) = end < 0 ? (input, []) : (input[..end], input[(end + 1)..]);
        var parsed = GitIgnoreFile.Parse(file);
        var asFile = parsed.Match(path, isDirectory: false);
        // What matches a file matches a directory, and a pattern with a slash at its end matches directories only.
        if (asFile != GitIgnoreVerdict.None) parsed.Match(path, isDirectory: true).ShouldNotBe(GitIgnoreVerdict.None);
    }

    private static void Configuration(byte[] input)
    {
        var result = ConfigLoader.Load(input, "daemon.yaml", _ => null);
        (result.Configuration is null).ShouldBe(result.Errors.Count > 0);
        foreach (var error in result.Errors) error.ToString().ShouldNotContain("\n");
    }

    private static void JsonRpc(byte[] input)
    {
        _rpc ??= new ControlRpc(new DaemonApi(new StandInDaemon([]), TimeProvider.System, NullLogger.Instance));
        var answer = _rpc.AnswerAsync(input, new ApiSession((_, _) => Task.CompletedTask, () => 1), default).AsTask().GetAwaiter().GetResult();
        if (answer.IsEmpty) return;
        answer.Span[..^1].Contains((byte)'\n').ShouldBeFalse("one answer is one line");
        JsonDocument.Parse(answer).Dispose();
    }

    // What was read can be written, and is the same when it is read again.
    private static void Journal(byte[] input)
    {
        // A line has none.
        if (input.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') >= 0) return;
        if (!EventJson.TryParse(input, out var @event, out var error))
        {
            error.ShouldNotBeNullOrWhiteSpace();
            return;
        }
        var line = EventJson.ToBytes(@event!);
        line.ShouldNotContain((byte)'\n');
        EventJson.TryParse(line, out var again, out _).ShouldBeTrue();
        (again!.Id, again.Type, again.Source).ShouldBe((@event!.Id, @event.Type, @event.Source));
        again.Payload.ToArray().ShouldBe(@event.Payload.ToArray());
    }

    private static void Ledger(byte[] input)
    {
        var state = new LedgerReader();
        foreach (var line in Lines(input))
            if (!state.Apply(line.Span, static _ => { }, out var error)) error.ShouldNotBeNullOrWhiteSpace();
        byte[] written = [.. state.State.Write(new LedgerWriter(), null).SelectMany(piece => piece.ToArray())];
        var again = new LedgerReader();
        foreach (var line in Lines(written)) again.Apply(line.Span, static _ => { }, out var error).ShouldBeTrue(error);
        again.State.Live.Select(action => action.Id).ShouldBe(state.State.Live.Select(action => action.Id), ignoreOrder: true);
    }

    private static void Letter(byte[] input)
    {
        if (DeadLetter.Parse(input) is not { } letter) return;
        DeadLetter.Parse(letter.ToJson()).ShouldNotBeNull().Id.ShouldBe(letter.Id);
    }

    private static void State(byte[] input)
    {
        DaemonState? read;
        try
        {
            read = JsonSerializer.Deserialize(input, StateJsonContext.Tolerant);
        }
        catch (JsonException)
        {
            // As the store says: not a state document.
            return;
        }
        if (read is null) return;
        var state = StateDefaults.Complete(read);
        _ = HealthCheck.Of(state, processAlive: true, After);
        foreach (var liveness in Enum.GetValues<Liveness>())
            StatusText
                .Render(
                    new StatusReport
                    {
                        Project = "/",
                        Liveness = liveness,
                        Pid = 1,
                        State = state,
                    },
                    After,
                    TextStyle.Plain,
                    utc: false
                )
                .ShouldNotBeEmpty();
    }

    // Three lines are the headers (signature, time, id), the rest is the body.
    private static void Signatures(byte[] input)
    {
        var text = new List<string>();
        while (text.Count < 3 && Array.IndexOf(input, (byte)'\n') is >= 0 and var end)
        {
            text.Add(Encoding.Latin1.GetString(input, 0, end));
            input = input[(end + 1)..];
        }
        if (text.Count < 3) return;
        var headers = new HeaderDictionary { ["webhook-timestamp"] = text[1], ["webhook-id"] = text[2], ["Idempotency-Key"] = text[2] };
        foreach (var name in SignatureHeaders) headers[name] = text[0];
        foreach (var scheme in SchemeCatalogue.All)
        {
            _ = scheme.DeliveryId(headers);
            var verifies = Verifies(scheme, headers, input);
            if (verifies) scheme.IsPlausible([SignatureSecret], headers).ShouldBeTrue();
            if (!scheme.NeedsSecret) verifies.ShouldBeTrue();
            // Who has the secret itself may send any body; a signature is good for one.
            else if (scheme is TokenScheme)
                verifies.ShouldBe(verifies && text[0].Contains("Secret to Everybody", StringComparison.Ordinal));
            else if (verifies)
                Verifies(scheme, headers, [.. input, 0]).ShouldBeFalse();
        }
    }

    private static bool Verifies(SignatureScheme scheme, HeaderDictionary headers, byte[] content)
    {
        using var limit = new CancellationTokenSource();
        using var body = new RequestBody(null!, limit);
        body.Begin();
        var length = Math.Min(content.Length, body.Free.Length);
        content.AsMemory(0, length).CopyTo(body.Free);
        body.Advance(length);
        return scheme.Verifies([SignatureSecret], headers, body, After, TimeSpan.FromMinutes(5), out _);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(byte[] bytes)
    {
        for (int start = 0, end; (end = bytes.AsSpan(start).IndexOf((byte)'\n')) >= 0; start += end + 1)
            if (end > 0) yield return bytes.AsMemory(start, end);
    }
}
