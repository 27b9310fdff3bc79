using AiwgDaemon.Bus;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Rules;

/// <summary>
/// Does what the rules decided: what becomes of runs first, then everything else, each in its order. Called by one thread at a time. One
/// effect that fails is logged, and those behind it are done all the same.
/// </summary>
internal sealed class EffectRunner(
    RunDispatcher runs, RuleTimers timers, RuleDisk disk, RunRequests requests, CooldownFile cooldowns, IssueReport report, ILogger logger)
{
    private const int MostNamed = 5;

    public void Run(RuleEffects effects, RuleReader reader)
    {
        foreach (var effect in effects.OnRuns) Do(effect, reader);
        foreach (var deferral in effects.Deferrals) runs.Defer(deferral);
        runs.Reached(effects.Position);
        runs.Commit();
        if (effects.Cooldowns is { } lastRuns) cooldowns.Write(lastRuns);
        foreach (var effect in effects.Then) Do(effect, reader);
    }

    // Whatever it was, the rules go on.
    private void Do(RuleEffect effect, RuleReader reader)
    {
        try
        {
            if (!IsOfRuns(effect, reader)) DoElse(effect, reader);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            RuleLog.EffectFailed(logger, effect.GetType().Name, e);
        }
    }

    private bool IsOfRuns(RuleEffect effect, RuleReader reader)
    {
        switch (effect)
        {
            case RuleEffect.Decide e: runs.Decide(e.Plan); break;
            case RuleEffect.Join e: runs.Join(e.RunId, e.Events); break;
            case RuleEffect.Amend e: runs.Amend(e.RunId, e.Action, e.Events); break;
            case RuleEffect.Wait e: runs.Wait(e.RunId, e.Reason, e.Until); break;
            case RuleEffect.Queue e: runs.Queue(e.RunId); break;
            case RuleEffect.Cancel e: if (runs.Cancel(e.RunId, e.Why)) reader.Post(new RuleInput.Gone([e.RunId])); break;
            case RuleEffect.CancelWaiting e: reader.Post(new RuleInput.Gone(runs.CancelWaiting(e.RuleId, e.Why, e.InJournal))); break;
            case RuleEffect.Drop e: runs.Drop(e.RunId, e.Word); break;
            case RuleEffect.Refuse e: runs.Refuse(e.RunId, e.Reason); break;
            case RuleEffect.Close e: runs.Close(e.RunId, e.RetryAt); break;
            case RuleEffect.EndedBefore e: runs.Earlier.Ended(e.Runs); break;
            case RuleEffect.Lost e: runs.Earlier.Lost(e.Run, e.Action, e.Attempts); break;
            case RuleEffect.NoteChange e: runs.NoteChange(e.ChangeId, e.RuleId, e.Action, e.Event); break;
            case RuleEffect.ForgetChange e: runs.ForgetChange(e.ChangeId); break;
            default: return false;
        }
        return true;
    }

    private void DoElse(RuleEffect effect, RuleReader reader)
    {
        switch (effect)
        {
            case RuleEffect.Answer e: requests.Answer(e.Request, e.RunId); break;
            case RuleEffect.Arm e: timers.Arm(e.Timer, e.Delay, reader); break;
            case RuleEffect.Disarm e: timers.Disarm(e.Timer); break;
            case RuleEffect.ReadContents e: disk.Read(e, reader); break;
            case RuleEffect.ReadJournal e: disk.Read(e, reader); break;
            case RuleEffect.CountJournal e: disk.Count(e, reader); break;
            case RuleEffect.MatchAgain e: disk.Read(e, reader); break;
            case RuleEffect.Skipped e: RuleLog.Skipped(logger, e.Event.Id, e.RuleId, e.Reason); break;
            case RuleEffect.IgnoredAsOwn { Learnt: true } e: RuleLog.Learnt(logger, e.RuleId, Names(e.Events)); break;
            case RuleEffect.IgnoredAsOwn e: RuleLog.OwnChanges(logger, e.RuleId, e.Events.Count, Names(e.Events)); break;
            case RuleEffect.Report e: report(e.Key, e.Message); break;
            case RuleEffect.Log e: e.Write(logger); break;
        }
    }

    private static string Names(IReadOnlyList<DaemonEvent> events) =>
        string.Join(", ", events.Take(MostNamed).Select(e => e.Subject)) + (events.Count > MostNamed ? " …" : "");
}
