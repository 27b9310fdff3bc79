namespace AiwgDaemon.Actions;

/// <summary>Waiting actions: highest priority first, first come first served within one. Not thread-safe.</summary>
internal sealed class ActionQueue
{
    private readonly PriorityQueue<ActionRun, (int NegatedPriority, long Arrival)> _waiting = new();
    private readonly HashSet<ActionRun> _present = [];
    private long _arrivals;

    public int Count => _present.Count;

    public IEnumerable<ActionRun> Items => _present;

    public void Add(ActionRun run)
    {
        _present.Add(run);
        // Negated without overflow: ~int.MinValue is int.MaxValue, and the order is the same.
        _waiting.Enqueue(run, (~run.Request.Action.Priority, _arrivals++));
    }

    public bool Remove(ActionRun run) => _present.Remove(run);

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ActionRun? run)
    {
        // Removed ones are still in the heap until they come up.
        while (_waiting.TryDequeue(out run, out _))
            if (_present.Remove(run)) return true;
        return false;
    }
}
