using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>
/// What is known of runs: those that have not ended, the records of those that have, and what is to be noted of both. Takes a run through
/// its end:
/// record, log line, what its rule makes of it, note, event. Guarded by <see cref="Gate"/>, which is held for no I/O and while nobody else
/// is called.
/// </summary>
internal sealed class RunBook(RunStore store, EventBus bus, ActionOptions limits, Action changed, TimeProvider time, ILogger logger)
{
    /// <summary>As many ended runs as state.json shows.</summary>
    public const int RecentCount = 50;

    private IRunListener? _listener;
    private int _capacity = Math.Max(limits.Kept, RecentCount);

    public Lock Gate { get; } = new();

    public RunTable Runs { get; } = new();

    public RunNotes Notes { get; } = new(store);

    public RunHistory History { get; } = new();

    public EndWaiters Ends { get; } = new();

    /// <summary>Under the gate.</summary>
    public RunTotals Totals { get; } = new();

    private IRunListener Listener => _listener ?? throw new InvalidOperationException("Nobody listens to the runs yet");

    public void Open(IRunListener listener, DaemonState before)
    {
        _listener = listener;
        lock (Gate)
        {
            foreach (var record in before.RecentActions.Reverse()) Remember(record);
            Totals.Restore(before.Runs?.Totals ?? []);
        }
    }

    public void Reload(ActionOptions options) => _capacity = Math.Max(options.Kept, RecentCount);

    /// <summary>Remembers an ended one. Under the gate.</summary>
    public void Remember(ActionRecord record) => History.Add(record, _capacity);

    public void Starting(Run run) => Listener.Starting(run);

    public void Started(Run run, ActionStart start)
    {
        var record = run.Record = RunRecords.Started(run.Record!, start, time.GetUtcNow());
        RunsLog.Started(logger, record.RuleId, record.Id, record.Type, record.Command, start.Process.Pid);
        store.Started(run.Id, start.Process);
        changed();
    }

    /// <summary>Its work is over, or could not be begun.</summary>
    public void Ended(Run run, ActionEnd end)
    {
        var record = End(run, end);
        Log(record, end.Outcome);
        Tell(run, record);
        changed();
    }

    /// <summary>It has begun and waits.</summary>
    public void Parked(Run run, ActionWait wait)
    {
        RunsLog.Parked(logger, run.RuleId, run.Id, wait.Text);
        changed();
    }

    /// <summary>Something that state.json shows has changed.</summary>
    public void Changed() => changed();

    public void Held(Run run)
    {
        Listener.Held(run);
        changed();
    }

    public void Released(Run run)
    {
        Listener.Released(run);
        changed();
    }

    /// <summary>A run that has not started is over; its rule is told.</summary>
    public void Ended(Run run, ActionOutcome outcome)
    {
        RunsLog.Cancelled(logger, run.RuleId, run.Id, outcome.Error ?? "");
        Tell(run, End(run, new ActionEnd(outcome, null)));
        changed();
    }

    /// <summary>Makes the final record.</summary>
    public ActionRecord End(Run run, ActionEnd end)
    {
        var record = RunRecords.Ended(run.Record ?? RunRecords.Of(run, run.Action, null), end.Outcome, end.OutputPath, time.GetUtcNow());
        lock (Gate) (run.Record, run.State) = (record, RunState.Ended);
        return record;
    }

    /// <summary>What follows from its end has been decided: the end may be noted and told.</summary>
    public void Close(string id, DateTimeOffset? retryAt, bool isTold = true)
    {
        ActionRecord record;
        Run? run;
        lock (Gate)
        {
            if (!Runs.TryFind(id, out run) || run.State != RunState.Ended) return;
            record = run.Record = run.Record! with { Final = retryAt is null, RetryAt = retryAt };
            Runs.Remove(run);
            Remember(record);
            Totals.Add(record);
        }
        if (retryAt is null) Ends.Tell(run.Events, record);
        // Behind the note of what follows: a crash in between repeats the decision, and never forgets it.
        Notes.Then(() => store.Finished(id, ActionEvents.Word(record.Status)));
        if (isTold) Notes.Then(() => Publish(ActionEvents.Create(record, time.GetUtcNow())));
        changed();
    }

    /// <summary>A record without a run of this process: of one that was lost with the daemon before.</summary>
    public void Close(ActionRecord record)
    {
        lock (Gate)
        {
            Remember(record);
            Totals.Add(record);
        }
        Notes.Then(() => Publish(ActionEvents.Create(record, time.GetUtcNow())));
        // Last: a crash in between finds it lost once more.
        Notes.Then(() => store.Finished(record.Id, ActionEvents.Word(record.Status)));
    }

    private void Tell(Run run, ActionRecord record)
    {
        try
        {
            Listener.Ended(run, record);
        }
        catch (Exception e)
        {
            RunsLog.NotRecorded(logger, run.Id, run.RuleId, e);
        }
    }

    private void Log(ActionRecord record, ActionOutcome outcome)
    {
        var seconds = (record.CompletedAt - (record.StartedAt ?? record.CompletedAt))?.TotalSeconds ?? 0;
        if (outcome.Status == ActionStatus.Completed)
            RunsLog.Completed(logger, record.RuleId, record.Id, outcome.ExitCode ?? 0, seconds);
        else if (outcome.IsSkip)
            RunsLog.NotRun(logger, record.RuleId, record.Id, outcome.ToString());
        else
            RunsLog.NotCompleted(
                logger,
                ActionEvents.Word(outcome.Status),
                record.RuleId,
                record.Id,
                outcome.ToString(),
                seconds,
                record.OutputPath ?? "no file"
            );
    }

    // Not waited for: the bus may be waiting for the rules, and these for the one who calls.
    private void Publish(DaemonEvent @event)
    {
        if (!bus.TryPublish(@event)) _ = PublishLaterAsync(@event);
    }

    private async Task PublishLaterAsync(DaemonEvent @event)
    {
        try
        {
            await bus.PublishAsync(@event, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // The bus is closed: the daemon stops, and nobody is left to be told.
        }
    }
}
