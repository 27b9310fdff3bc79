namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// How much is kept in memory. What comes beyond waits in the journal; only an open breaker lets go of what it cannot keep.
/// </summary>
internal sealed record RuleLimits
{
    /// <summary>Runs of all rules that wait.</summary>
    public int Outstanding { get; init; } = 10_000;

    /// <summary>Runs of one rule that wait.</summary>
    public int Waiting { get; init; } = 1000;

    /// <summary>Runs that every rule may have waiting, however much waits for the others.</summary>
    public int Share { get; init; } = 10;

    /// <summary>Events of one waiting run, or held while a run goes on.</summary>
    public int Joined { get; init; } = 20_000;

    /// <summary>Events of one run that is kept while a breaker is open.</summary>
    public int KeptEvents { get; init; } = 10_000;

    /// <summary>Runs that are kept while a breaker is open, if each event has its own.</summary>
    public int KeptRuns { get; init; } = 1000;
}
