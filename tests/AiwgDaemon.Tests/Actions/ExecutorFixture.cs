using System.Collections.Concurrent;
using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Actions;

/// <summary>An executor in a project of its own, which is drained and removed afterwards.</summary>
internal sealed class ExecutorFixture : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ActionRecord>> _finished = new(StringComparer.Ordinal);

    public ExecutorFixture(ActionOptions? options = null, TimeProvider? time = null, Action<ActionRequest>? starting = null,
        Func<TextWriter, CancellationToken, Task<int>>? doctor = null)
    {
        Time = time ?? TimeProvider.System;
        var hooks = new ActionHooks(
            request => { Order.Enqueue($"starting {request.RuleId}"); starting?.Invoke(request); },
            (request, identity) => { Order.Enqueue($"started {request.RuleId}"); Identities[request.Id] = identity; },
            (request, record) => { Order.Enqueue($"finished {request.RuleId}"); Source(request.Id).TrySetResult(record); });
        Executor = new ActionExecutor(options ?? new ActionOptions(), Project, _directory.Combine(".aiwg", "daemon"), Time, NullLogger.Instance, hooks) { Doctor = doctor };
    }

    public ActionExecutor Executor { get; }

    public TimeProvider Time { get; }

    public string Project => _directory.Path;

    public ConcurrentQueue<string> Order { get; } = new();

    public ConcurrentDictionary<string, ProcessIdentity> Identities { get; } = new(StringComparer.Ordinal);

    public static DaemonEvent Event(string payload = "{}", EventSource source = EventSource.Manual, string type = "test", string subject = "") =>
        EventFactory.Create(DateTimeOffset.UtcNow, source, type, subject, Encoding.UTF8.GetBytes(payload));

    public static ActionDefinition Shell(string script) => new() { Name = "test", Type = ActionType.Shell, Command = script };

    public static ActionDefinition Exec(params string[] argv) => new() { Name = "test", Type = ActionType.Exec, Argv = argv };

    /// <summary>Submits and returns the id.</summary>
    public string Submit(ActionDefinition action, string rule = "rule", params DaemonEvent[] events)
    {
        var request = new ActionRequest
        {
            Id = ActionId.New(DateTimeOffset.UtcNow),
            RuleId = rule,
            Action = action,
            Events = events.Length == 0 ? [Event()] : events,
            QueuedAt = DateTimeOffset.UtcNow,
        };
        Executor.Submit(request);
        return request.Id;
    }

    public Task<ActionRecord> Finished(string id) => Source(id).Task.WaitAsync(Eventually.Limit);

    public async Task<ActionRecord> Run(ActionDefinition action, params DaemonEvent[] events) => await Finished(Submit(action, "rule", events));

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
        await Executor.DrainAsync(TimeSpan.Zero, CancellationToken.None);
        _directory.Dispose();
    }

    private TaskCompletionSource<ActionRecord> Source(string id) =>
        _finished.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
