using AiwgDaemon.State;

namespace AiwgDaemon.Agents;

/// <summary>The runs as they are at one moment, by the task that they are of.</summary>
internal sealed class RunIndex
{
    private readonly Dictionary<(Guid Event, string? Rule), ActionRecord> _byCause = [];

    /// <param name="runs">The newest first.</param>
    public RunIndex(IEnumerable<ActionRecord> runs)
    {
        // Of a request that was repeated, the newest run.
        foreach (var run in runs) _byCause.TryAdd((run.EventId, TaskBook.RuleOf(run.RuleId)), run);
    }

    /// <summary>Null if none is known any more.</summary>
    public ActionRecord? Of(AgentTask task) => _byCause.GetValueOrDefault((task.EventId, task.RuleId));
}
