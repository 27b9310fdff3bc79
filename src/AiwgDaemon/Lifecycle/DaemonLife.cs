using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Platform;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// The way of the parts through a daemon's life: start, reload, stop. Starts from the end of the way of an event to its beginning, so that
/// nothing is seen before it can be handled, and stops in the opposite order.
/// </summary>
internal sealed class DaemonLife(DaemonParts parts) : IAsyncDisposable
{
    // What a stop takes besides the grace of the actions.
    private static readonly TimeSpan DrainAllowance = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PartLimit = TimeSpan.FromSeconds(4);

    private Task _resuming = Task.CompletedTask;
    private bool _sourcesStopped;

    /// <param name="canStop">Called when what may take long and may be cut off anywhere is over: from now on an end is one in
    /// order.</param>
    public async Task StartAsync(Action canStop)
    {
        foreach (var warning in parts.Configuration.Warnings) parts.Log.ConfigurationWarning(warning);
        parts.DeadLetters.Open();
        parts.Rules.Open();
        parts.Runs.Open(parts.Rules, parts.Before);
        var recovery = Recover();
        CrashPoint.At(CrashStep.LedgerRecovered);
        await CrashRecovery.EndAsync(recovery, parts.Configuration.Limits.Grace, parts.Time, parts.Log);
        CrashPoint.At(CrashStep.LeftoversEnded);
        canStop();
        parts.History.Attach(parts.EventBus);
        parts.EventBus.Subscribe("log", new SubscriptionOptions(), LogEvent);
        parts.Switch.Open();
        parts.Rules.Start();
        parts.EventBus.Start();
        CrashPoint.At(CrashStep.BusStarted);
        // Not waited for: a large backlog goes on being delivered while the daemon is ready.
        _resuming = ResumeAsync(recovery);
        await ListenAsync();
        CrashPoint.At(CrashStep.WebhookListening);
        await parts.WatchSource.StartAsync(CancellationToken.None);
        await parts.CronSource.StartAsync(CancellationToken.None);
        CrashPoint.At(CrashStep.SourcesArmed);
        parts.Control.Start();
        CrashPoint.At(CrashStep.ControlListening);
        parts.Publisher.Start(parts.Configuration.HeartbeatInterval);
        CrashPoint.At(CrashStep.StatePublished);
        parts.Notify.StartWatchdog(parts.Time);
        parts.ConfigFile.Apply(parts.Configuration);
        parts.Log.DaemonStarted(Environment.ProcessId, Product.Version, parts.Configuration.Path);
        await parts.EventBus.PublishAsync(DaemonEvents.Started(parts.Time.GetUtcNow(), parts.Configuration.Path), CancellationToken.None);
    }

    /// <summary>Swaps what differs; each part keeps what stays the same.</summary>
    public async Task ApplyAsync(DaemonConfiguration configuration)
    {
        // First what can fail, so that a refused configuration changes nothing. The router is next: an event of a new
        // endpoint is on the disk before it gets there, and by then its rules are too.
        await parts.Http.ReloadAsync(configuration);
        parts.Rules.Reload(DaemonParts.RulesOf(configuration));
        parts.Switch.Reloaded();
        CrashPoint.At(CrashStep.ReloadRulesSwapped);
        parts.Executor.Reload(configuration.Limits);
        parts.Runs.Reload(configuration.Limits);
        await WithinAsync("The reload of the watched paths", () =>
            parts.WatchSource.ReloadAsync(configuration.Watch, CancellationToken.None)
        );
        parts.CronSource.Reload(configuration.Schedule);
        parts.Logging.Apply(configuration.Log);
        parts.Publisher.SetInterval(configuration.HeartbeatInterval);
        parts.Configuration = configuration;
        parts.ConfigFile.Apply(configuration);
        parts.Publisher.Touch();
    }

    /// <summary>Tells the rules of a reload.</summary>
    public ValueTask AnnounceReloadAsync(IReadOnlyList<string> changes) =>
        parts.EventBus.PublishAsync(DaemonEvents.Reloaded(parts.Time.GetUtcNow(), changes), CancellationToken.None);

    /// <summary>
    /// Stops the sources, lets the bus run dry, ends the actions, and leaves the final state behind. Bounded: what the bus does
    /// not deliver in time stays in the journal for the next start. <paramref name="hurry"/> ends the actions at once.
    /// </summary>
    public async Task StopAsync(string reason, CancellationToken hurry)
    {
        CrashPoint.At(CrashStep.StopBegun);
        parts.IsStopping = true;
        parts.LeaveOwnFiles();
        parts.Publisher.Touch();
        parts.Log.Stopping(reason);
        parts.Notify.Stopping(reason, parts.Configuration.ShutdownGrace + DrainAllowance);
        await StopSourcesAsync();
        CrashPoint.At(CrashStep.SourcesStopped);
        await CompleteBusAsync(hurry);
        CrashPoint.At(CrashStep.BusDry);
        await _resuming;
        await parts.Rules.StopAsync();
        await parts.Runs.DrainAsync(parts.Configuration.ShutdownGrace, hurry);
        await parts.Rules.DisposeAsync();
        CrashPoint.At(CrashStep.ActionsDrained);
        parts.Publisher.WriteFinal();
        CrashPoint.At(CrashStep.FinalStateWritten);
        parts.Log.DaemonStopped();
    }

    public async ValueTask DisposeAsync()
    {
        parts.Publisher.Dispose();
        parts.Switch.Dispose();
        await StopSourcesAsync();
        await parts.Rules.DisposeAsync();
        await parts.EventBus.DisposeAsync();
        parts.Dispose();
    }

    private async Task ResumeAsync(Recovery recovery)
    {
        await parts.Rules.ResumeAsync(
            recovery,
            parts.Before.Runs?.Waiting.GetValueOrDefault(StateSnapshot.InJournal) ?? 0,
            CancellationToken.None
        );
        parts.Tasks.Recover();
    }

    private ValueTask LogEvent(DaemonEvent @event, CancellationToken token)
    {
        if (parts.Tasks.Any && ActionEvents.EndedRun(@event) is { } run) parts.Tasks.Ended(run);
        if (@event.Subject.Length == 0) parts.Log.EventReceived(EventJson.Word(@event.Source), @event.Type);
        else parts.Log.EventReceived(EventJson.Word(@event.Source), @event.Type, @event.Subject);
        parts.Publisher.Touch();
        return ValueTask.CompletedTask;
    }

    // Once: a shutdown does it before the bus runs dry, a failed start only here.
    private async ValueTask StopSourcesAsync()
    {
        if (_sourcesStopped) return;
        _sourcesStopped = true;
        parts.ConfigFile.Dispose();
        await parts.Control.DisposeAsync();
        await parts.Http.DisposeAsync();
        await WithinAsync("The watching of files", () => parts.WatchSource.DisposeAsync().AsTask());
        await parts.CronSource.DisposeAsync();
    }

    // A filesystem that does not answer holds up neither a stop nor a reload. What is left behind ends with the process, or when it gets
    // its answer.
    private async Task WithinAsync(string part, Func<Task> work)
    {
        var done = Task.Run(work);
        if (await Task.WhenAny(done, Task.Delay(PartLimit, parts.Time)) == done) await done;
        else parts.Log.LeftBehind(part, PartLimit.TotalSeconds);
    }

    // A third of what the actions get, so that both together stay within what 'stop' waits for.
    private async Task CompleteBusAsync(CancellationToken hurry)
    {
        using var limit = new CancellationTokenSource(
            TimeSpan.FromSeconds(Math.Clamp(parts.Configuration.ShutdownGrace.TotalSeconds / 3, 0.5, 4)),
            parts.Time
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, hurry);
        try
        {
            await parts.EventBus.CompleteAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            parts.Log.BusNotDry(parts.EventBus.Status.QueueLength);
        }
    }

    // Before the sources that fire of themselves: a port in use must not be found out after their first actions.
    private async Task ListenAsync()
    {
        try
        {
            await parts.Http.StartAsync(parts.Configuration);
        }
        catch (IOException e)
        {
            throw new StartException(e.Message, StartFailure.Other, e);
        }
    }

    private Recovery Recover() =>
        LeftWork.Read(() =>
            parts.Store.Recover(
                new RecoverySources(id => CrashRecovery.OutputExists(parts.Paths, id))
                {
                    Settled = parts.SettledBefore,
                    Started = () => CrashRecovery.Started(parts.Paths),
                    RelationTo = origin => ProjectOrigin.RelationTo(origin, parts.Paths),
                }
            )
        );
}
