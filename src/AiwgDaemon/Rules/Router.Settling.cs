using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules;

// Rules with settle_ms: what comes in one burst, a checkout of thousands of files, say, is one run, which begins when the burst is over.
internal sealed partial class Router
{
    /// <summary>A burst without an end is run all the same after so many times the quiet time.</summary>
    public const int SettleCeiling = 10;

    private void Gather(RuleState state, DaemonEvent @event)
    {
        state.GatheredLast = _time.GetTimestamp();
        if (state.Gathering is { } gathering)
        {
            Join(state, gathering, @event);
            return;
        }
        // A run that waits for the one before it has not begun: more may join it, and it waits for quiet anew.
        if (state.Rule.OnBusy is OnBusy.Coalesce or OnBusy.Restart && state.Waiting.Last is { Value.IsHeld: false } last)
        {
            state.Waiting.RemoveLast();
            Join(state, last.Value, @event);
            BeginGathering(state, last.Value);
            return;
        }
        var pending = Decide(state.Rule, [@event], 1);
        _cooldowns.Note(state.Rule, _time.GetUtcNow());
        RouterLog.Fires(_logger, @event.Id, state.Rule.Id, pending.Id);
        BeginGathering(state, pending);
    }

    private void BeginGathering(RuleState state, PendingAction run)
    {
        (state.Gathering, state.GatheringSince) = (run, _time.GetTimestamp());
        state.GatheredLast = state.GatheringSince;
        _runs.Wait(run.Id, WaitReason.Settle);
        ArmGathering(state, state.Rule.Settle);
    }

    private void Join(RuleState state, PendingAction run, DaemonEvent @event)
    {
        run.Events.Add(@event);
        _runs.Join(run.Id, [@event]);
    }

    private void ArmGathering(RuleState state, TimeSpan time)
    {
        state.Quiet?.Dispose();
        state.Quiet = _time.CreateTimer(_ => Later(() => EndGathering(state)), null, time, Timeout.InfiniteTimeSpan);
    }

    // The timer is set anew when it fires, not with each event of the burst.
    private void EndGathering(RuleState state)
    {
        lock (_gate)
        {
            if (_disposed || state.Gathering is not { } run) return;
            var quiet = state.Rule.Settle - _time.GetElapsedTime(state.GatheredLast);
            var ceiling = (SettleCeiling * state.Rule.Settle) - _time.GetElapsedTime(state.GatheringSince);
            var left = quiet < ceiling ? quiet : ceiling;
            if (left > TimeSpan.Zero)
            {
                ArmGathering(state, left);
                return;
            }
            EndGathering(state, run);
            if (state.Rule.OnBusy == OnBusy.Restart) EndRunning(state);
            Wait(state, run);
        }
        Flush();
    }

    private void EndRunning(RuleState state)
    {
        foreach (var id in state.Active.Keys.Where(id => _runs.Cancel(id, "a newer event came (on_busy: restart)")).ToList())
        {
            state.Active.Remove(id);
            _outstanding--;
        }
        GiveUpRetries(state);
    }

    // What a killed daemon left undone: more of the same burst may be on its way.
    private void WaitAgain(RuleState state, PendingAction run)
    {
        if (state.Rule.Settle > TimeSpan.Zero && state.Gathering is null && run.Attempt == 1) BeginGathering(state, run);
        else Wait(state, run);
    }
}
