using System.Collections.Concurrent;
using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Actions;

/// <summary>Runs with their executor in a project of its own, which is drained and removed afterwards.</summary>
internal sealed class ExecutorFixture : IRunListener, IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ActionRecord>> _finished = new(StringComparer.Ordinal);

    private readonly Action<Run>? _starting;
    private readonly EventJournal _journal;
    private readonly RunStore _store;
    private readonly EventBus _bus;

    public ExecutorFixture(
        ActionOptions? options = null,
        TimeProvider? time = null,
        Action<Run>? starting = null,
        Func<TextWriter, CancellationToken, Task<int>>? doctor = null
    )
    {
        (Time, _starting) = (time ?? TimeProvider.System, starting);
        _journal = new EventJournal(_directory.Path, new HistoryOptions(), Time, TestEvents.NoReport, NullLogger.Instance);
        _store = new RunStore(_directory.Combine(RunStore.FileName), _journal, Time, TestEvents.NoReport, NullLogger.Instance);
        _bus = new EventBus(new BusOptions(), Time, NullLogger.Instance, _journal);
        _store.Recover(_ => false);
        var executor = new ActionExecutor(
            options ?? new ActionOptions(),
            Project,
            _directory.Combine(".aiwg", "daemon"),
            Time,
            NullLogger.Instance
        )
        {
            Doctor = doctor,
        };
        Runs = new RunDispatcher(_store, _bus, options ?? new ActionOptions(), (work, started) => executor.ExecuteAsync(work, start =>
                {
                    Order.Enqueue($"started {work.Request.RuleId}");
                    Identities[work.Request.Id] = start.Process;
                    started(start);
                }), AiwgDaemon.Rules.Templates.Expand, () => { }, Time, NullLogger.Instance);
        Runs.Open(this, StateDefaults.Empty);
    }

    public RunDispatcher Runs { get; }

    public TimeProvider Time { get; }

    public string Project => _directory.Path;

    public ConcurrentQueue<string> Order { get; } = new();

    public ConcurrentDictionary<string, ProcessIdentity> Identities { get; } = new(StringComparer.Ordinal);

    public static DaemonEvent Event(
        string payload = "{}",
        EventSource source = EventSource.Manual,
        string type = "test",
        string subject = ""
    ) => EventFactory.Create(DateTimeOffset.UtcNow, source, type, subject, Encoding.UTF8.GetBytes(payload));

    public static ActionDefinition Shell(string script) =>
        new()
        {
            Name = "test",
            Type = ActionType.Shell,
            Command = script,
        };

    public static ActionDefinition Exec(params string[] argv) =>
        new()
        {
            Name = "test",
            Type = ActionType.Exec,
            Argv = argv,
        };

    /// <summary>Submits and returns the id.</summary>
    public string Submit(ActionDefinition action, string rule = "rule", params DaemonEvent[] events)
    {
        var id = ActionId.New(DateTimeOffset.UtcNow);
        Submit(id, action, rule, events);
        return id;
    }

    public void Submit(string id, ActionDefinition action, string rule, params DaemonEvent[] events)
    {
        Runs.Decide(
            new RunPlan
            {
                Id = id,
                RuleId = rule,
                Action = action,
                Events = events.Length == 0 ? [Event()] : events,
            }
        );
        Runs.Queue(id);
        Runs.Commit();
    }

    public void Starting(Run run)
    {
        Order.Enqueue($"starting {run.RuleId}");
        _starting?.Invoke(run);
    }

    public void Ended(Run run, ActionRecord record)
    {
        Order.Enqueue($"finished {run.RuleId}");
        Runs.Close(run.Id);
        Runs.Commit();
        Source(run.Id).TrySetResult(record);
    }

    public void Held(Run run) => Order.Enqueue($"held {run.RuleId}");

    public void Released(Run run)
    {
        Order.Enqueue($"released {run.RuleId}");
        Runs.Queue(run.Id);
        Runs.Commit();
    }

    public Task<ActionRecord> Finished(string id) => Source(id).Task.WaitAsync(Eventually.Limit);

    public async Task<ActionRecord> Run(ActionDefinition action, params DaemonEvent[] events) =>
        await Finished(Submit(action, "rule", events));

    public string OutputPath(string id) => _directory.Combine(".aiwg", "daemon", "actions", id + ".log");

    /// <summary>The output without header and footer.</summary>
    public byte[] Output(string id)
    {
        ReadOnlySpan<byte> all = File.ReadAllBytes(OutputPath(id));
        var start = all.IndexOf("\n\n"u8) + 2;
        var end = all[..^1].LastIndexOf((byte)'\n') + 1;
        return all[start..end].ToArray();
    }

    public string OutputText(string id) => Encoding.UTF8.GetString(Output(id));

    public async ValueTask DisposeAsync()
    {
        await Runs.DrainAsync(TimeSpan.Zero, CancellationToken.None);
        await _bus.DisposeAsync();
        _store.Dispose();
        _journal.Dispose();
        _directory.Dispose();
    }

    private TaskCompletionSource<ActionRecord> Source(string id) =>
        _finished.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
