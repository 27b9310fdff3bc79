using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules.Machine;

/// <summary>Changes that were held during a run, sorted by who seems to have made them.</summary>
internal sealed class ChangeVerdicts
{
    /// <summary>The run's own: ignored.</summary>
    public List<DaemonEvent> Own { get; } = [];

    /// <summary>All others: the rule fires for them.</summary>
    public List<DaemonEvent> Firing { get; } = [];

    /// <summary>Those of them that the run may have made.</summary>
    public HashSet<DaemonEvent> Doubtful { get; } = [];

    /// <summary>Those of them that have come of several runs in a row.</summary>
    public List<DaemonEvent> Suspects { get; } = [];

    public void Add(DaemonEvent @event, Authorship authorship)
    {
        if (authorship == Authorship.Own)
        {
            Own.Add(@event);
            return;
        }
        Firing.Add(@event);
        if (authorship != Authorship.Foreign) Doubtful.Add(@event);
        if (authorship == Authorship.Suspect) Suspects.Add(@event);
    }
}
