using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

// The way of the parts through a daemon's life: start, reload, stop.
internal sealed partial class DaemonParts
{
    // What a stop takes besides the grace of the actions.
    private static readonly TimeSpan DrainAllowance = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PartLimit = TimeSpan.FromSeconds(4);

    /// <param name="canStop">Called when what may take long and may be cut off anywhere is over: from now on an end is one in
    /// order.</param>
    public async Task StartAsync(Action canStop)
    {
        foreach (var warning in Configuration.Warnings) Log.ConfigurationWarning(warning);
        _deadLetters.Open();
        _rules.Open();
        _runs.Open(_rules, _before);
        var recovery = Recover();
        CrashPoint.At(CrashStep.LedgerRecovered);
        await CrashRecovery.EndAsync(recovery, Configuration.Limits.Grace, _time, Log);
        CrashPoint.At(CrashStep.LeftoversEnded);
        canStop();
        _history.Attach(_bus);
        _bus.Subscribe("log", new SubscriptionOptions(), LogEvent);
        _automation.Open();
        _rules.Start();
        _bus.Start();
        CrashPoint.At(CrashStep.BusStarted);
        // Not waited for: a large backlog goes on being delivered while the daemon is ready.
        _resuming = _rules.ResumeAsync(recovery, CancellationToken.None);
        await ListenAsync();
        CrashPoint.At(CrashStep.WebhookListening);
        await _watch.StartAsync(CancellationToken.None);
        await _cron.StartAsync(CancellationToken.None);
        CrashPoint.At(CrashStep.SourcesArmed);
        _control.Start();
        CrashPoint.At(CrashStep.ControlListening);
        _publisher.Start(Configuration.HeartbeatInterval);
        CrashPoint.At(CrashStep.StatePublished);
        _notify.StartWatchdog(_time);
        _configFile.Apply(Configuration);
        Log.DaemonStarted(Environment.ProcessId, Product.Version, Configuration.Path);
        await _bus.PublishAsync(DaemonEvents.Started(_time.GetUtcNow(), Configuration.Path), CancellationToken.None);
    }

    /// <summary>Swaps what differs; each part keeps what stays the same.</summary>
    public async Task ApplyAsync(DaemonConfiguration configuration)
    {
        // First what can fail, so that a refused configuration changes nothing. The router is next: an event of a new
        // endpoint is on the disk before it gets there, and by then its rules are too.
        await _webhook.ReloadAsync(configuration.Webhook.Below(_paths.Project), CancellationToken.None);
        _rules.Reload(RulesOf(configuration));
        _automation.Reloaded();
        CrashPoint.At(CrashStep.ReloadRulesSwapped);
        _executor.Reload(configuration.Limits);
        _runs.Reload(configuration.Limits);
        await WithinAsync("The reload of the watched paths", () => _watch.ReloadAsync(configuration.Watch, CancellationToken.None));
        _cron.Reload(configuration.Schedule);
        _logging.Apply(configuration.Log);
        _publisher.SetInterval(configuration.HeartbeatInterval);
        Configuration = configuration;
        _configFile.Apply(configuration);
        _publisher.Touch();
    }

    /// <summary>Tells the rules of a reload.</summary>
    public ValueTask AnnounceReloadAsync(IReadOnlyList<string> changes) =>
        _bus.PublishAsync(DaemonEvents.Reloaded(_time.GetUtcNow(), changes), CancellationToken.None);

    /// <summary>
    /// Stops the sources, lets the bus run dry, ends the actions, and leaves the final state behind. Bounded: what the bus does
    /// not deliver in time stays in the journal for the next start. <paramref name="hurry"/> ends the actions at once.
    /// </summary>
    public async Task StopAsync(string reason, CancellationToken hurry)
    {
        CrashPoint.At(CrashStep.StopBegun);
        _stopping = true;
        _publisher.Touch();
        Log.Stopping(reason);
        _notify.Stopping(reason, Configuration.ShutdownGrace + DrainAllowance);
        await StopSourcesAsync();
        CrashPoint.At(CrashStep.SourcesStopped);
        await CompleteBusAsync(hurry);
        CrashPoint.At(CrashStep.BusDry);
        await _resuming;
        await _rules.StopAsync();
        await _runs.DrainAsync(Configuration.ShutdownGrace, hurry);
        await _rules.DisposeAsync();
        CrashPoint.At(CrashStep.ActionsDrained);
        _publisher.WriteFinal();
        CrashPoint.At(CrashStep.FinalStateWritten);
        Log.DaemonStopped();
    }

    public async ValueTask DisposeAsync()
    {
        _publisher.Dispose();
        _automation.Dispose();
        await StopSourcesAsync();
        await _rules.DisposeAsync();
        await _bus.DisposeAsync();
        _store.Dispose();
        _journal.Dispose();
        _logging.Dispose();
    }

    // Once: a shutdown does it before the bus runs dry, a failed start only here.
    private async ValueTask StopSourcesAsync()
    {
        if (_sourcesStopped) return;
        _sourcesStopped = true;
        _configFile.Dispose();
        await _control.DisposeAsync();
        await _webhook.DisposeAsync();
        await WithinAsync("The watching of files", () => _watch.DisposeAsync().AsTask());
        await _cron.DisposeAsync();
    }

    // A filesystem that does not answer holds up neither a stop nor a reload. What is left behind ends with the process, or when it gets
    // its answer.
    private async Task WithinAsync(string part, Func<Task> work)
    {
        var done = Task.Run(work);
        if (await Task.WhenAny(done, Task.Delay(PartLimit, _time)) == done) await done;
        else Log.LeftBehind(part, PartLimit.TotalSeconds);
    }

    // A third of what the actions get, so that both together stay within what 'stop' waits for.
    private async Task CompleteBusAsync(CancellationToken hurry)
    {
        using var limit = new CancellationTokenSource(
            TimeSpan.FromSeconds(Math.Clamp(Configuration.ShutdownGrace.TotalSeconds / 3, 0.5, 4)),
            _time
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, hurry);
        try
        {
            await _bus.CompleteAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            Log.BusNotDry(_bus.Status.QueueLength);
        }
    }

    // Own changes of a run are reported up to one debounce after its end.
    private static RuleSet RulesOf(DaemonConfiguration configuration) => new()
    {
        Rules = configuration.Rules,
        Actions = configuration.Actions,
        ChangeWindow = configuration.Watch.Debounce + TimeSpan.FromMilliseconds(250),
    };

    // A copy has missed nothing: what the original's jobs did, and did not, is the original's.
    private CronMemory ReadMemory(DaemonState before) =>
        ReadLeft(() => ProjectOrigin.IsCopy(_paths) ? new CronMemory() : SchedulerMemory.Read(before, _journal));

    private Recovery Recover() => ReadLeft(() => _store.Recover(new RecoverySources(id => CrashRecovery.OutputExists(_paths, id))
    {
        Settled = _settledBefore,
        Started = () => CrashRecovery.Started(_paths),
        RelationTo = origin => ProjectOrigin.RelationTo(origin, _paths),
    }));

    private static T ReadLeft<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"What the last daemon left to do cannot be read: {e.Message}; mend the file, or move it away, and what the journal has "
                    + "is delivered again from its beginning",
                StartFailure.Other,
                e
            );
        }
    }

    // Before the sources that fire of themselves: a port in use must not be found out after their first actions.
    private async Task ListenAsync()
    {
        try
        {
            await _webhook.StartAsync(CancellationToken.None);
        }
        catch (IOException e)
        {
            throw new StartException(e.Message, StartFailure.Other, e);
        }
    }
}
