using System.Diagnostics.CodeAnalysis;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>
/// Starts queued runs, a bounded number at a time, and tells how they end. Thread-safe by the lock of the dispatcher, which is held for no
/// I/O.
/// </summary>
/// <param name="gate">Guards every run.</param>
/// <param name="book">Whom to tell.</param>
/// <param name="limits">Slots, groups, timeouts.</param>
/// <param name="execute">Does the work.</param>
/// <param name="expand">Puts the values of the first event into the action.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="logger">Category <c>actions</c>.</param>
internal sealed class RunLanes(
    Lock gate, RunBook book, ActionOptions limits, ExecuteAction execute, ExpandAction expand, TimeProvider time, ILogger logger)
{
    private readonly RunQueue _queue = new(limits.Groups);
    private readonly List<Run> _active = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ActionOptions _options = limits;
    private readonly StartTurn _turn = new();

    // Runs of agents take no slot.
    private int _slotsTaken;
    private int _starting;
    private bool _draining;

    // Each of these under the lock.
    public IReadOnlyList<Run> Active => _active;

    public void Enqueue(Run run)
    {
        run.State = RunState.Queued;
        _queue.Add(run);
    }

    /// <summary>What keeps every run from starting; null if nothing does.</summary>
    public RunReason? Pause { get; private set; }

    /// <summary>It does not start before it is enqueued again.</summary>
    public void TakeOut(Run run) => _queue.Remove(run);

    /// <summary>False if it has started; else it has ended now, and nothing starts it.</summary>
    public bool EndUnstarted(Run run)
    {
        if (run.State is not (RunState.Waiting or RunState.Queued)) return false;
        TakeOut(run);
        RunWait.Forget(run);
        run.State = RunState.Ended;
        return true;
    }

    /// <summary>What a queued run waits for, without the words.</summary>
    public WaitReason WaitsFor(Run run) => _queue.FullGroupOf(run) is null ? WaitReason.Slot : WaitReason.Group;

    /// <summary>What a queued run waits for.</summary>
    public RunReason ReasonOf(Run run) => _queue.FullGroupOf(run) is var (running, limit)
        ? RunReason.Group(run.Action.Group!, running, limit)
        : RunReason.Slot(_slotsTaken, _options.MaxParallel);

    // From here on without the lock.
    public void Reload(ActionOptions options)
    {
        _options = options;
        lock (gate) _queue.Limit(options.Groups);
        Fill();
    }

    /// <param name="pause">Nothing starts for this reason, until this is called with null.</param>
    public void SetPause(RunReason? pause)
    {
        lock (gate) Pause = pause;
        if (pause is null) Fill();
    }

    /// <summary>
    /// Starts nothing more, asks everything that runs to end, kills it after the grace (at once when the token is
    /// cancelled) and returns when all have ended. What is queued stays unstarted.
    /// </summary>
    public async Task DrainAsync(TimeSpan grace, CancellationToken token)
    {
        Run[] running;
        lock (gate)
        {
            _draining = true;
            running = [.. _active];
            if (running.Length == 0) _idle.TrySetResult();
        }
        foreach (var run in running) Stop(run, StopReason.Shutdown, grace);
        await using var _ = token.Register(() => Array.ForEach(running, static run => run.Work?.Kill()));
        await _idle.Task;
    }

    /// <summary>Asks a running one to end; false if it has ended or was asked before.</summary>
    public bool Cancel(Run run) => Stop(run, StopReason.Cancelled, _options.Grace);

    private bool Stop(Run run, StopReason reason, TimeSpan grace)
    {
        lock (gate)
        {
            if (run.Work is { } work) return work.Stop(reason, grace);
            if (run.State != RunState.Running || run.StopAsked is not null) return false;
            // It is about to start: it is asked as soon as there is something to ask.
            run.StopAsked = reason;
            return true;
        }
    }

    /// <summary>A run that has begun and waits goes on as soon as it can; false if it does not wait.</summary>
    public bool GoOn(Run run)
    {
        lock (gate)
        {
            if (!RunWait.End(run)) return false;
            if (!run.IsHeldByHand) Enqueue(run);
        }
        Fill();
        return true;
    }

    /// <summary>Starts what may start. By preference on this thread, which is about to have nothing to do: another would have to be
    /// woken.</summary>
    public void Fill()
    {
        int more;
        lock (gate)
        {
            var places = Math.Max(0, _options.MaxParallel - _slotsTaken) + _queue.PlacesOfAgents;
            more = Pause is not null ? 0 : Math.Min(_queue.Count, places) - _starting;
            if (more > 0) _starting += more;
        }
        // A thread takes its own work items last in, first out: which run it is to be is decided when it comes to it.
        for (; more > 0; more--) ThreadPool.UnsafeQueueUserWorkItem(static lanes => lanes.RunNext(), this, preferLocal: true);
    }

    private void RunNext()
    {
        lock (gate) _starting--;
        if (TryTake(out var run)) _ = RunLaneAsync(run);
    }

    private bool TryTake([NotNullWhen(true)] out Run? run)
    {
        lock (gate)
        {
            run = null;
            if (_draining || Pause is not null || !_queue.TryTake(onlyAgents: _slotsTaken >= _options.MaxParallel, out run)) return false;
            run.State = RunState.Running;
            if (run.TakesSlot) _slotsTaken++;
            _active.Add(run);
            _turn.Take(run);
            return true;
        }
    }

    // The thread that ends one run starts the next: no hop in between.
    private async Task RunLaneAsync(Run first)
    {
        for (Run? run = first; run is not null; TryTake(out run))
        {
            var end = await RunAsync(run);
            var wait = end?.Outcome.Wait;
            // Stopped for a shutdown before it was started: it stays unstarted, as what is still queued.
            if (end is { } known && wait is null) book.Ended(run, known);
            Leave(run);
            // When its place is free: it may take another one at once.
            if (wait is not null) Park(run, wait);
        }
    }

    private async Task<ActionEnd?> RunAsync(Run run)
    {
        try
        {
            await StartTurn.AwaitAsync(run, time);
            if (run.StopAsked == StopReason.Shutdown) return null;
            if (Expansion.Into(run, expand, logger) is { } refusal) return new ActionEnd(ActionOutcome.Failure(refusal), null);
            run.Record = RunRecords.Of(run, run.Action, null);
            book.Starting(run);
            return await execute(Begin(run), start => Started(run, start));
        }
        catch (Exception e)
        {
            // Whatever it was, it is this run's failure alone.
            return new ActionEnd(ActionOutcome.Failure(e.Message), null);
        }
    }

    private ActionRun Begin(Run run)
    {
        var work = new ActionRun(RunRecords.Request(run), time, logger);
        lock (gate)
        {
            run.Work = work;
            if (run.StopAsked is { } reason) work.Stop(reason, _options.Grace);
        }
        return work;
    }

    private void Started(Run run, ActionStart start)
    {
        try
        {
            book.Started(run, start);
        }
        catch (Exception e)
        {
            // It runs already: losing the record is better than losing the action.
            RunsLog.NotRecorded(logger, run.Id, run.RuleId, e);
        }
        run.Start.End();
    }

    private void Park(Run run, ActionWait wait)
    {
        lock (gate)
        {
            if (RunWait.Begin(run, wait, time, () => GoOn(run)) && !_draining) Enqueue(run);
        }
        book.Parked(run, wait);
    }

    private void Leave(Run run)
    {
        run.Start.End();
        lock (gate)
        {
            _active.Remove(run);
            if (run.TakesSlot) _slotsTaken--;
            _queue.Free(run);
            if (_draining && _active.Count == 0) _idle.TrySetResult();
        }
    }
}
