using System.Diagnostics.CodeAnalysis;
using AiwgDaemon.Actions;

namespace AiwgDaemon.Runs;

/// <summary>
/// Runs that may start: the highest priority first, first come first served within one, and of a group no more at a time than it may. Pure;
/// not thread-safe.
/// </summary>
/// <param name="groups">How many runs of a group may run at a time; a group that is not named has no limit.</param>
internal sealed class RunQueue(IReadOnlyDictionary<string, int> groups)
{
    private const string NoGroup = "";

    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly HashSet<Run> _present = [];
    private IReadOnlyDictionary<string, int> _limits = groups;
    private long _arrivals;

    public int Count => _present.Count;

    /// <summary>New limits: for what is taken from now on.</summary>
    public void Limit(IReadOnlyDictionary<string, int> groups) => _limits = groups;

    public void Add(Run run)
    {
        _present.Add(run);
        // Negated without overflow: ~int.MinValue is int.MaxValue, and the order is the same.
        LaneOf(run).Waiting.Enqueue(run, (~run.Action.Priority, _arrivals++));
    }

    /// <summary>False if it is not here.</summary>
    public bool Remove(Run run) => _present.Remove(run);

    /// <summary>Takes the next one and gives it its place in its group; <see cref="Free"/> gives the place back.</summary>
    /// <param name="onlyAgents">Only one that takes no slot.</param>
    /// <param name="run">Null if none may start.</param>
    public bool TryTake(bool onlyAgents, [NotNullWhen(true)] out Run? run)
    {
        Lane? best = null;
        foreach (var (name, lane) in _lanes)
        {
            if (!HasPlace(name, lane) || !Peek(lane, out var next, out var order) || (onlyAgents && next.TakesSlot)) continue;
            if (best is null || order.CompareTo(Order(best)) < 0) best = lane;
        }
        run = best?.Waiting.Dequeue();
        if (run is null) return false;
        _present.Remove(run);
        if (run.Action.Group is not null) run.Slot = best!.TakePlace();
        return true;
    }

    public void Free(Run run)
    {
        if (_lanes.TryGetValue(run.Action.Group ?? NoGroup, out var lane)) lane.Places.Remove(run.Slot);
    }

    /// <summary>How many of its group run, and how many may; null if its group holds nobody up.</summary>
    public (int Running, int Limit)? FullGroupOf(Run run) =>
        run.Action.Group is { } group && _lanes.TryGetValue(group, out var lane) && !HasPlace(group, lane)
            ? (lane.Places.Count, _limits[group])
            : null;

    /// <summary>How many agents may start now, if so many wait.</summary>
    public int PlacesOfAgents =>
        _lanes.TryGetValue(ActionOptions.AgentGroup, out var lane) && _limits.TryGetValue(ActionOptions.AgentGroup, out var limit)
            ? Math.Max(0, limit - lane.Places.Count)
            : 0;

    private bool HasPlace(string group, Lane lane) =>
        group == NoGroup || !_limits.TryGetValue(group, out var limit) || lane.Places.Count < limit;

    private Lane LaneOf(Run run)
    {
        var group = run.Action.Group ?? NoGroup;
        if (!_lanes.TryGetValue(group, out var lane)) _lanes.Add(group, lane = new Lane());
        return lane;
    }

    // Removed ones are still in the heap until they come up.
    private bool Peek(Lane lane, [NotNullWhen(true)] out Run? run, out (int, long) order)
    {
        while (lane.Waiting.TryPeek(out run, out order))
        {
            if (_present.Contains(run)) return true;
            lane.Waiting.Dequeue();
        }
        return false;
    }

    private static (int, long) Order(Lane lane)
    {
        lane.Waiting.TryPeek(out _, out var order);
        return order;
    }

    private sealed class Lane
    {
        public PriorityQueue<Run, (int NegatedPriority, long Arrival)> Waiting { get; } = new();

        public HashSet<int> Places { get; } = [];

        // The lowest that is free, so that a place stands for one device or one port.
        public int TakePlace()
        {
            var place = 1;
            while (!Places.Add(place)) place++;
            return place;
        }
    }
}
