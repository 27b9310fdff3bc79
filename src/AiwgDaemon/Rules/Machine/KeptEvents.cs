using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// What comes while a rule's breaker is open: one run for all, with the latest of each path; for a rule that gives each event its own
/// run, one for each path. Bounded, so that no other rule waits for this one.
/// </summary>
internal sealed class KeptEvents(RuleWork work, RuleContext context)
{
    private readonly Dictionary<string, (PlannedRun Run, int Index)> _places = new(StringComparer.Ordinal);
    private PlannedRun? _shared;

    /// <summary>Nothing else comes of what a run did.</summary>
    public static bool MayBeOwnDoing(DaemonEvent @event) => @event.Source is EventSource.Watch or EventSource.Daemon;

    /// <summary>False if as much as is kept waits already.</summary>
    public bool Keep(DaemonEvent @event)
    {
        var isChange = @event.Source == EventSource.Watch;
        if (isChange && _places.TryGetValue(@event.Subject, out var place))
        {
            // The later one: what waited in the journal may come after it. A crash finds the earlier one in the ledger, which leads to
            // the same run.
            if (@event.Timestamp >= place.Run.Events[place.Index].Timestamp) place.Run.Events[place.Index] = @event;
            return true;
        }
        var shares = MayBeOwnDoing(@event) && work.Rule.OnBusy != OnBusy.Queue;
        var run = shares && _shared is { IsHeldByHand: false } ? _shared : null;
        if (run is null ? IsFull : run.Events.Count >= context.Limits.KeptEvents) return false;
        if (run is null)
        {
            run = work.Line.Decide([@event], WaitReason.CircuitBreaker);
            run.IsKept = true;
            if (shares) _shared = run;
            work.Line.Wait(run);
        }
        else work.Line.Join(run, [@event]);
        if (isChange) _places[@event.Subject] = (run, run.Events.Count - 1);
        return true;
    }

    private bool IsFull => work.Line.Waiting >= context.Limits.KeptRuns || context.Outstanding >= context.Limits.Outstanding / 2;

    /// <summary>The run has ended elsewhere.</summary>
    public void Forget(PlannedRun run)
    {
        if (!run.IsKept) return;
        if (_shared == run) _shared = null;
        foreach (var (path, _) in _places.Where(p => p.Value.Run == run).ToList()) _places.Remove(path);
    }

    /// <summary>Nothing more is kept; the runs wait for their turn.</summary>
    public void Clear()
    {
        _places.Clear();
        _shared = null;
    }

    /// <summary>The rule was mended: what it is no longer for is let go. <paramref name="matching"/>: what it is for.</summary>
    public void JudgeAnew(IReadOnlySet<DaemonEvent> matching)
    {
        foreach (var run in work.Line.Kept.ToList())
        {
            run.Action = work.Rule.Action;
            foreach (var @event in run.Events)
                if (!matching.Contains(@event)) work.Skip(@event, "the rule was changed meanwhile, and is not for it any more");
            run.Events.RemoveAll(e => !matching.Contains(e));
            if (run.Events.Count == 0) work.Line.Drop(run);
        }
    }
}
