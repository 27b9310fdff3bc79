using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// What one or several inputs led to. First <see cref="OnRuns"/>, which is noted with one write, then <see cref="Then"/>, both in their
/// order: what is done must have been noted, so that a crash in between repeats a decision, and forgets none.
/// </summary>
internal sealed class RuleEffects
{
    /// <summary>What becomes of runs.</summary>
    public List<RuleEffect> OnRuns { get; } = [];

    /// <summary>What waits in the journal from now on, and what does not any more.</summary>
    public List<Deferral> Deferrals { get; } = [];

    /// <summary>Up to where in the journal all events were routed.</summary>
    public long Position { get; set; }

    /// <summary>When the rules ran last, if one with a cooldown has been decided on.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? Cooldowns { get; set; }

    /// <summary>Everything else.</summary>
    public List<RuleEffect> Then { get; } = [];

    public bool IsEmpty => OnRuns.Count + Then.Count + Deferrals.Count == 0 && Cooldowns is null;

    public void Clear()
    {
        OnRuns.Clear();
        Deferrals.Clear();
        Then.Clear();
        Cooldowns = null;
    }
}
