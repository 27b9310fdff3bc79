using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// Paths that change in each run, to something else each time, are either the run's doing or saved again and again. The rule is held until
/// nothing has changed for longer than a run takes, then it runs once: a path that changes in that run too is its own.
/// </summary>
internal sealed class PathExperiment(RuleWork work, RuleContext context, OwnChanges changes)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>True if nothing is to fire: an experiment begins with these changes, or has ended with them.</summary>
    public bool Takes(ChangeVerdicts verdicts)
    {
        if (work.Loop is { LearnsPaths: true, HasProbed: true }) return End(verdicts);
        if (verdicts.Suspects.Count == 0 || verdicts.Suspects.Count < verdicts.Firing.Count) return false;
        var stillness = TimeSpan.FromTicks(Math.Clamp((long)(1.5 * changes.Duration.Ticks), Shortest.Ticks, Longest.Ticks));
        if (!work.Loop.Experiment(stillness, verdicts.Suspects[0].Subject)) return false;
        work.Loop.Keep(verdicts.Firing);
        return true;
    }

    private bool End(ChangeVerdicts verdicts)
    {
        if (verdicts.Firing.Count == 0) return true;
        var proved = verdicts.Suspects.Count == verdicts.Firing.Count;
        if (proved) Learn(verdicts.Suspects);
        work.Loop.Close();
        return proved;
    }

    private void Learn(List<DaemonEvent> suspects)
    {
        foreach (var @event in suspects) changes.Learn(@event.Subject, LoopGuard.ChangeTime(@event));
        work.Skipped += suspects.Count;
        context.Do(new RuleEffect.IgnoredAsOwn(work.Rule.Id, suspects, Learnt: true));
    }
}
