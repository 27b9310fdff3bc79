using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// For a rule with <c>settle_ms</c>: what comes in one burst, a checkout of thousands of files, say, is one run, which begins when the
/// burst is over. Two states: closed, and open with the run that gathers.
/// </summary>
internal sealed class BurstWindow(RuleWork work, RuleContext context)
{
    /// <summary>A burst without an end is run all the same after so many times the quiet time.</summary>
    public const int Ceiling = 10;

    private PlannedRun? _run;
    private TimeSpan _since, _last;
    private RuleTimer? _quiet;

    public bool IsOpen => _run is not null;

    /// <summary>Events of the run that gathers.</summary>
    public int Events => _run?.Events.Count ?? 0;

    /// <summary>Takes an event into the burst, or begins one with it.</summary>
    public void Take(DaemonEvent @event)
    {
        _last = context.Now.Elapsed;
        if (_run is { IsHeldByHand: false } gathering)
        {
            work.Line.Join(gathering, [@event]);
            return;
        }
        // A person holds the one that gathers: it is complete.
        if (_run is not null) Close();
        // A run that waits for the one before it has not begun: more may join it, and it waits for quiet anew.
        if (work.Rule.OnBusy is OnBusy.Coalesce or OnBusy.Restart && work.Line.Last is { IsKept: false } last)
        {
            work.Line.Remove(last);
            work.Line.Join(last, [@event]);
            Open(last);
            return;
        }
        var run = work.Line.Decide([@event], WaitReason.Settle, delay: work.Rule.Settle);
        context.BeginCooldown(work.Rule);
        context.Log(log => RuleLog.Fires(log, @event.Id, run.RuleId, run.Id));
        Open(run);
    }

    /// <summary>Begins a burst with a run that is decided on, since more of the same may be on its way.</summary>
    public void Open(PlannedRun run)
    {
        (_run, run.Phase) = (run, RunPhase.Gathering);
        _since = _last = context.Now.Elapsed;
        if (run.Told != WaitReason.Settle)
            context.OnRuns(new RuleEffect.Wait(run.Id, WaitReason.Settle, context.Now.Utc + work.Rule.Settle));
        run.Told = WaitReason.Settle;
        context.Arm(ref _quiet, work.Rule.Id, TimerPurpose.Quiet, work.Rule.Settle);
    }

    /// <summary>The timer is set anew when it fires, not with each event of the burst.</summary>
    public void MayBeOver(RuleTimer timer)
    {
        if (timer != _quiet || _run is null) return;
        _quiet = null;
        var quiet = work.Rule.Settle - (context.Now.Elapsed - _last);
        var ceiling = (Ceiling * work.Rule.Settle) - (context.Now.Elapsed - _since);
        var left = quiet < ceiling ? quiet : ceiling;
        if (left > TimeSpan.Zero) context.Arm(ref _quiet, work.Rule.Id, TimerPurpose.Quiet, left);
        else Close();
    }

    /// <summary>The run has ended elsewhere.</summary>
    public void Forget(PlannedRun run)
    {
        if (run == _run) GiveUp();
    }

    public void GiveUp()
    {
        context.Disarm(ref _quiet);
        _run = null;
    }

    private void Close()
    {
        var run = _run!;
        GiveUp();
        if (work.Rule.OnBusy == OnBusy.Restart && !run.IsHeldByHand) work.Line.EndRunning();
        work.Line.Wait(run);
    }
}
