using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// What becomes of an event that a rule is for: exactly one of a run of its own, a part of another run, held, kept, or skipped with a
/// reason.
/// </summary>
internal sealed class EventGate(RuleWork work, RuleContext context)
{
    /// <summary>What comes of a rule's run never fires that rule: it would be its own cause.</summary>
    public static bool IsAboutOwnRun(Rule rule, DaemonEvent @event) =>
        @event.Source == EventSource.Daemon && @event.Subject == rule.Id
        && @event.Type.StartsWith(EventTypes.ActionPrefix, StringComparison.Ordinal);

    public void Take(DaemonEvent @event)
    {
        if (!context.IsEnabled) SkipUnseen(@event, "automation is disabled");
        else if (work.IsDisabled) SkipUnseen(@event, "the rule was disabled by a client");
        else if (work.Own.Holds(@event)) return;
        else if (work.Loop.Holds) work.Loop.Keep([@event]);
        else if (context.Chains.Rounds(work.Rule.Id, @event, context.Now.Utc) >= Chains.MaxRounds) work.Loop.StopChain(@event);
        else Fire(@event);
    }

    /// <summary>What was held during a run shares one following run, unless the rule gives each event its own.</summary>
    public void FireHeld(IReadOnlyList<DaemonEvent> events, IReadOnlySet<DaemonEvent> doubtful)
    {
        if (IsCoolingDown) Each(events, e => work.Skip(e, "cooldown"));
        else if (work.Loop.Holds || !events.All(e => work.Loop.Admits(e, doubtful.Contains(e)))) work.Loop.Keep(events);
        else if (work.Rule.Settle > TimeSpan.Zero) Each(events, work.Burst.Take);
        else
        {
            work.Line.Wait(work.Line.Decide(events, WaitReason.RuleBusy));
            context.BeginCooldown(work.Rule);
        }
    }

    private void Fire(DaemonEvent @event)
    {
        // Only changes of files are told apart by who made them.
        var mayBeOwn = @event.Source != EventSource.Watch || !work.Rule.IgnoreOwnChanges;
        var isBusy = work.Line.IsBusy || work.Line.Last is not null;
        if (IsCoolingDown) work.Skip(@event, "cooldown");
        else if (!work.Loop.Admits(@event, mayBeOwn)) work.Loop.Keep([@event]);
        else if (work.Rule.OnBusy == OnBusy.Skip && isBusy) SkipBusy(@event);
        else if (work.Rule.Settle > TimeSpan.Zero) work.Burst.Take(@event);
        else if (work.Rule.OnBusy is OnBusy.Coalesce or OnBusy.Restart && work.Line.Last is { } last) work.Line.Join(last, [@event]);
        else Begin(@event);
    }

    private void Begin(DaemonEvent @event)
    {
        if (work.Rule.OnBusy == OnBusy.Restart) work.Line.EndRunning();
        var run = work.Line.Decide([@event], WaitReason.RuleBusy);
        context.BeginCooldown(work.Rule);
        context.Log(log => RuleLog.Fires(log, @event.Id, run.RuleId, run.Id));
        work.Line.Wait(run);
    }

    // The run that began the cooldown has not started: what joins it makes no run of its own.
    private bool IsCoolingDown =>
        context.Cooldowns.Remaining(work.Rule, context.Now.Utc) > TimeSpan.Zero
        && !work.Burst.IsOpen && !(work.Rule.OnBusy is OnBusy.Coalesce or OnBusy.Restart && work.Line.Last is not null);

    private void SkipBusy(DaemonEvent @event)
    {
        work.Skip(@event, "its action is busy");
        work.SkippedFires.Add(@event);
    }

    // What a run left in the file says nothing any more, since nobody judges this change.
    private void SkipUnseen(DaemonEvent @event, string reason)
    {
        work.Own.Forget(@event.Subject);
        work.Skip(@event, reason);
    }

    private static void Each(IReadOnlyList<DaemonEvent> events, Action<DaemonEvent> action)
    {
        foreach (var @event in events) action(@event);
    }
}
