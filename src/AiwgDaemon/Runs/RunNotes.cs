using AiwgDaemon.Bus;

namespace AiwgDaemon.Runs;

/// <summary>
/// What is to be noted in the store, and what may be done only when it has been: the decisions of a burst are one write, and no run starts
/// before the decision for it is noted. Taking a note waits for nobody; <see cref="Commit"/> waits for the disk. Thread-safe.
/// </summary>
internal sealed class RunNotes(RunStore store)
{
    private readonly Lock _committing = new();
    private readonly Lock _gate = new();
    private readonly List<RoutedEvent> _routed = [];
    private readonly List<Deferral> _deferrals = [];
    private readonly Queue<Action> _after = new();
    private long _position;

    /// <summary>The event became part of the run.</summary>
    public void Add(RoutedEvent routed)
    {
        lock (_gate) _routed.Add(routed);
    }

    /// <summary>From where on the rule's events wait in the journal.</summary>
    public void Add(Deferral deferral)
    {
        lock (_gate) _deferrals.Add(deferral);
    }

    /// <summary>Everything up to this place in the journal has been decided on.</summary>
    public void Reached(long position)
    {
        lock (_gate) _position = Math.Max(_position, position);
    }

    /// <summary>To be done behind the notes taken so far, in this order.</summary>
    public void Then(Action action)
    {
        lock (_gate) _after.Enqueue(action);
    }

    /// <summary>Writes the notes taken so far with one write, then does what was to follow; on return both have happened, whoever did
    /// them.</summary>
    public void Commit()
    {
        // One at a time, so that notes reach the store in the order in which they were taken.
        lock (_committing)
        {
            while (true)
            {
                RoutedEvent[] routed;
                Deferral[] deferrals;
                Action[] after;
                long position;
                lock (_gate)
                {
                    (routed, deferrals, after, position) = ([.. _routed], [.. _deferrals], [.. _after], _position);
                    _routed.Clear();
                    _deferrals.Clear();
                    _after.Clear();
                }
                store.Routed(routed, position, deferrals);
                if (after.Length == 0) return;
                foreach (var action in after) action();
            }
        }
    }
}
