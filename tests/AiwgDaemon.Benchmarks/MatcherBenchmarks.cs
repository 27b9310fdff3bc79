using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Globs;
using AiwgDaemon.Rules;
using BenchmarkDotNet.Attributes;

namespace AiwgDaemon.Benchmarks;

/// <summary>Which rules four events are for, each of one rule: a job, an endpoint, a type and a path; with few rules and with
/// many.</summary>
[MemoryDiagnoser]
public class MatcherBenchmarks
{
    private Matcher _matcher = new([]);
    private DaemonEvent[] _events = [];

    [Params(10, 1000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _matcher = new Matcher([
            .. Enumerable
                .Range(0, Rules)
                .Select(i => new Rule
                {
                    Id = $"r{i}",
                    Event = Match(i),
                    Action = new ActionDefinition { Name = "true", Type = ActionType.Exec },
                }),
        ]);
        _events =
        [
            Event(EventSource.Schedule, "cron.fired", "job0"),
            Event(EventSource.Webhook, "webhook.received", "/hook1"),
            Event(EventSource.Manual, "type2", ""),
            Event(EventSource.Watch, "file.modify", "src/part3/deep/file.ts"),
            Event(EventSource.Watch, "file.modify", "docs/some/page.x4"),
        ];
    }

    [Benchmark(OperationsPerInvoke = 5)]
    public int Match()
    {
        var matching = 0;
        foreach (var @event in _events) matching += _matcher.Match(@event).Count;
        return matching == _events.Length ? matching : throw new InvalidOperationException($"{matching} rules match");
    }

    private static EventMatch Match(int i) => (i % 5) switch
    {
        0 => new EventMatch { JobId = $"job{i}" },
        1 => new EventMatch { Source = EventSource.Webhook, Endpoint = $"/hook{i}" },
        2 => new EventMatch { Source = EventSource.Manual, Type = $"type{i}" },
        3 => new EventMatch { Source = EventSource.Watch, PathPatterns = [Pattern($"src/part{i}/**/*.ts")] },
        _ => new EventMatch { Source = EventSource.Watch, PathPatterns = [Pattern($"**/*.x{i}")] },
    };

    private static Glob Pattern(string pattern) =>
        Glob.TryParse(pattern, out var glob, out var error) ? glob : throw new ArgumentException(error, nameof(pattern));

    private static DaemonEvent Event(EventSource source, string type, string subject) =>
        EventFactory.Create(DateTimeOffset.UnixEpoch, source, type, subject, "{}"u8.ToArray());
}
