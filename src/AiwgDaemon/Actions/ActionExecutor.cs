using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>
/// Runs actions, a bounded number at a time, highest priority first. A failure of one never reaches the caller: it is in
/// the action's record, its output file and the log.
/// </summary>
internal sealed class ActionExecutor
{
    private const int RecentCount = 50;

    // A start that hangs, in a working directory that does not answer, holds up those behind it no longer than this.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ActionQueue _queue = new();
    private readonly Dictionary<string, ActionRun> _runs = new(StringComparer.Ordinal);
    private readonly List<ActionRun> _active = [];
    private readonly ActionHistory _history = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActionPlaces _places;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ActionHooks _hooks;
    private readonly ActionRetention _retention;
    private readonly ActionWork _work;
    private volatile ActionOptions _options;
    private ActionRun? _lastTaken;
    private int _starting;
    private bool _draining;

    public ActionExecutor(ActionOptions options, string projectDirectory, string daemonDirectory, TimeProvider time, ILogger logger, ActionHooks hooks)
    {
        (_options, _time, _logger, _hooks) = (options, time, logger, hooks);
        _places = new ActionPlaces(projectDirectory, Path.Combine(daemonDirectory, "actions"));
        _retention = new ActionRetention(_places, logger);
        _work = new ActionWork(_places, time, logger, () => Doctor);
    }

    /// <summary>The daemon's own environment check: writes its findings, returns the exit code.</summary>
    public Func<TextWriter, CancellationToken, Task<int>>? Doctor { get; init; }

    /// <summary>Running actions, in the order of their start.</summary>
    public IReadOnlyList<ActionRecord> Active
    {
        get { lock (_gate) return _active.ConvertAll(static run => run.Record); }
    }

    /// <summary>The last 50 that have ended, newest first.</summary>
    public IReadOnlyList<ActionRecord> Recent
    {
        get { lock (_gate) return _history.Last(RecentCount); }
    }

    public int Queued
    {
        get { lock (_gate) return _queue.Count; }
    }

    /// <summary>Takes an action; it starts as soon as there is a slot, on another thread.</summary>
    public void Submit(ActionRequest request)
    {
        var run = new ActionRun(request, request.ToRecord(), _time, _logger);
        lock (_gate)
        {
            _runs.Add(request.Id, run);
            _queue.Add(run);
        }
        FillSlots();
    }

    /// <summary>Ends a running action, or takes a queued one out; false where there is none of that id.</summary>
    public bool Cancel(string id)
    {
        ActionRun? run;
        lock (_gate)
        {
            if (!_runs.TryGetValue(id, out run)) return false;
            if (!_queue.Remove(run)) return run.Stop(StopReason.Cancelled, _options.Grace);
        }
        Finish(run, new ActionOutcome(ActionStatus.Cancelled, Error: "cancelled before it was started"));
        return true;
    }

    /// <summary>New limits: for what starts from now on; more slots are filled at once.</summary>
    public void Reload(ActionOptions options)
    {
        _options = options;
        FillSlots();
    }

    /// <summary>Queued, running or lately ended; null where the id is not known (any more).</summary>
    public ActionRecord? Find(string id)
    {
        lock (_gate) return _runs.TryGetValue(id, out var run) ? run.Record : _history.Find(id);
    }

    /// <summary>Records of an earlier daemon, oldest first, for <see cref="Recent"/> and <see cref="Find"/>.</summary>
    public void Restore(IEnumerable<ActionRecord> records)
    {
        lock (_gate)
            foreach (var record in records) _history.Add(record, HistorySize);
    }

    /// <summary>
    /// Starts nothing more, asks everything that runs to end, kills it after the grace (at once when the token is
    /// cancelled) and returns when all have ended. What is queued stays unstarted.
    /// </summary>
    public async Task DrainAsync(TimeSpan grace, CancellationToken token)
    {
        ActionRun[] running;
        lock (_gate)
        {
            _draining = true;
            running = [.. _active];
            if (running.Length == 0) _idle.TrySetResult();
        }
        foreach (var run in running) run.Stop(StopReason.Shutdown, grace);
        await using var _ = token.Register(() => Array.ForEach(running, static run => run.Kill()));
        await _idle.Task;
    }

    private int HistorySize => Math.Max(_options.Kept, RecentCount);

    // By preference on this thread, which is about to have nothing to do: another would have to be woken.
    private void FillSlots()
    {
        int more;
        lock (_gate)
        {
            more = Math.Min(_queue.Count, _options.MaxParallel - _active.Count) - _starting;
            if (more > 0) _starting += more;
        }
        // A thread takes its own work items last in, first out: which action it is to be is decided when it comes to it.
        for (; more > 0; more--) ThreadPool.UnsafeQueueUserWorkItem(static executor => executor.RunNext(), this, preferLocal: true);
    }

    private void RunNext()
    {
        lock (_gate) _starting--;
        if (TryTake(out var run)) _ = RunLaneAsync(run);
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ActionRun? run)
    {
        lock (_gate)
        {
            run = null;
            if (_draining || _active.Count >= _options.MaxParallel || !_queue.TryTake(out run)) return false;
            _active.Add(run);
            if (_lastTaken is { } last && AreOfOneInstant(last.Request.Events[0], run.Request.Events[0])) run.StartsAfter = last;
            _lastTaken = run;
            return true;
        }
    }

    // The rules of one event start in the order of the file, and so do the jobs of one minute, whichever thread is the quickest.
    private static bool AreOfOneInstant(DaemonEvent one, DaemonEvent other) =>
        one.Id == other.Id || (one.Source == EventSource.Schedule && other.Source == EventSource.Schedule);

    private async ValueTask AwaitTurnAsync(ActionRun run)
    {
        if (run.StartsAfter is not { } before) return;
        run.StartsAfter = null;
        try
        {
            await before.StartIsOver.WaitAsync(LongestTurn, _time);
        }
        catch (TimeoutException)
        {
            // Better out of order than not at all.
        }
    }

    // The thread that ends one action starts the next: no hop in between.
    private async Task RunLaneAsync(ActionRun first)
    {
        for (ActionRun? run = first; run is not null; TryTake(out run))
        {
            // Stopped for a shutdown before it was started: it stays unstarted, as what is still queued.
            if (run.Stopped == StopReason.Shutdown)
            {
                Leave(run, record: null);
                continue;
            }
            ActionOutcome outcome;
            try
            {
                outcome = await RunAsync(run);
            }
            catch (Exception e)
            {
                // Whatever it was, it is this action's failure alone.
                outcome = (e as NotRunException)?.Outcome ?? ActionOutcome.Failure(e.Message);
                LeaveError(run, outcome, (e as NotRunException)?.Printed ?? default);
            }
            Finish(run, outcome);
        }
    }

    private async Task<ActionOutcome> RunAsync(ActionRun run)
    {
        var options = _options;
        await AwaitTurnAsync(run);
        _retention.Open();
        _hooks.Starting(run.Request);
        run.StopAfter(run.Request.Action.Timeout ?? options.Timeout, options.Grace);
        return await _work.RunAsync(run, options, identity => Started(run, identity));
    }

    private void Started(ActionRun run, ProcessIdentity identity)
    {
        run.Record = run.Record with
        {
            Status = ActionStatus.Running,
            StartedAt = _time.GetUtcNow(),
            Pid = identity.Pid,
            OutputPath = _places.RelativeOutput(run.Request.Id),
        };
        Log.Started(_logger, run.Request.RuleId, run.Request.Id, run.Record.Type, run.Record.Command, identity.Pid);
        try
        {
            _hooks.Started(run.Request, identity);
        }
        catch (Exception e)
        {
            // It runs already: losing the record is better than losing the action.
            Log.HookFailed(_logger, run.Request.Id, run.Request.RuleId, e);
        }
        run.EndStart();
    }

    private void Finish(ActionRun run, ActionOutcome outcome)
    {
        run.Dispose();
        var record = run.Record = run.Record with
        {
            Status = outcome.Status,
            CompletedAt = _time.GetUtcNow(),
            ExitCode = outcome.ExitCode,
            Signal = outcome.Signal,
            Error = outcome.Error,
        };
        LogEnd(record, outcome);
        try
        {
            _hooks.Finished(run.Request, record);
        }
        catch (Exception e)
        {
            Log.HookFailed(_logger, record.Id, record.RuleId, e);
        }
        Leave(run, record);
    }

    private void Leave(ActionRun run, ActionRecord? record)
    {
        run.EndStart();
        // Outside of the lock: it removes files.
        if (record?.OutputPath is not null) _retention.Finished(record.Id, _options.Kept);
        lock (_gate)
        {
            _runs.Remove(run.Request.Id);
            _active.Remove(run);
            if (record is not null) _history.Add(record, HistorySize);
            if (_draining && _active.Count == 0) _idle.TrySetResult();
        }
    }

    private void LogEnd(ActionRecord record, ActionOutcome outcome)
    {
        var seconds = (record.CompletedAt - (record.StartedAt ?? record.CompletedAt))?.TotalSeconds ?? 0;
        if (outcome.Status == ActionStatus.Completed)
            Log.Completed(_logger, record.RuleId, record.Id, outcome.ExitCode ?? 0, seconds);
        else if (outcome.IsSkip)
            Log.NotRun(_logger, record.RuleId, record.Id, outcome.ToString());
        else
            Log.NotCompleted(_logger, outcome.Status.ToString().ToLowerInvariant(), record.RuleId, record.Id, outcome.ToString(), seconds, record.OutputPath ?? "no file");
    }

    // So that `actions logs` has an answer also for what could not be started.
    private void LeaveError(ActionRun run, ActionOutcome outcome, ReadOnlyMemory<byte> printed)
    {
        try
        {
            using var log = ActionLog.Open(_places.Output(run.Request.Id), _options.MaxOutputBytes, _logger);
            if (run.Record.OutputPath is null) log.WriteHeader(run.Request, _places.Directory(run.Request.Action), _time.GetUtcNow());
            log.Write(printed.Span);
            log.WriteFooter(outcome.ToString(), TimeSpan.Zero, _time.GetUtcNow());
            run.Record = run.Record with { OutputPath = _places.RelativeOutput(run.Request.Id) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.OutputLost(_logger, _places.Output(run.Request.Id), e.Message);
        }
    }
}
