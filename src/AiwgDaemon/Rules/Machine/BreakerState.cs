namespace AiwgDaemon.Rules.Machine;

/// <summary>How far the suspicion that a rule keeps itself going has come.</summary>
internal enum BreakerState
{
    /// <summary>No suspicion: the rule fires.</summary>
    Closed,

    /// <summary>
    /// The rule has fired too often by what followed its own runs. Nothing of it runs, to see whether changes go on without it.
    /// </summary>
    Open,

    /// <summary>Nothing came while it was open (the field's half-open): one run shows whether a change follows it again.</summary>
    Probing,

    /// <summary>A change followed that run too: the rule is its own cause. It stays open until a person or a reload closes it.</summary>
    Locked,
}
