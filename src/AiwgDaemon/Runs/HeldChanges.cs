using AiwgDaemon.Actions;

namespace AiwgDaemon.Runs;

/// <summary>
/// Changes that may be the doing of their rule's own run, shown as runs that wait until that is judged: a person sees and cancels them like
/// any other. Guarded by the gate of the book.
/// </summary>
internal sealed class HeldChanges(RunBook book, TimeProvider time)
{
    private readonly Dictionary<string, HashSet<string>> _paths = new(StringComparer.Ordinal);

    public bool Contains(string id) => _paths.ContainsKey(id);

    /// <summary>One more change of the run that may come of them; a path counts once.</summary>
    public void Add(string id, string ruleId, ActionDefinition action, DaemonEvent @event)
    {
        if (!_paths.TryGetValue(id, out var paths))
        {
            _paths.Add(id, [@event.Subject]);
            var plan = new RunPlan { Id = id, RuleId = ruleId, Action = action, Events = [@event], Reason = WaitReason.OwnChanges };
            book.Runs.Add(new Run(plan, time.GetUtcNow()));
        }
        else if (paths.Add(@event.Subject) && book.Runs.TryFind(id, out var run) && run.State == RunState.Waiting) run.Events.Add(@event);
    }

    /// <summary>They have been judged: what comes of them is a run of its own.</summary>
    public void Remove(string id)
    {
        if (_paths.Remove(id) && book.Runs.TryFind(id, out var run) && run.State == RunState.Waiting) book.Runs.Remove(run);
    }
}
