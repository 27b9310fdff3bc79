namespace AiwgDaemon.Rules.Machine;

/// <summary>What a rule waits for.</summary>
internal enum TimerPurpose
{
    /// <summary>The burst of events may be over.</summary>
    Quiet,

    /// <summary>Changes that the last run made have been reported by now.</summary>
    ChangeWindow,

    /// <summary>A run that failed is tried again.</summary>
    Retry,

    /// <summary>Nothing has acquitted the rule while its breaker was open: it is probed.</summary>
    Probe,

    /// <summary>Nothing has followed the probe.</summary>
    Verdict,

    /// <summary>The journal, which could not be read, may be readable again.</summary>
    Reread,
}

/// <summary>
/// One timer, once; compared by reference, so that one that was given up, or was armed before a reload, is known when it fires.
/// </summary>
internal sealed class RuleTimer(string ruleId, TimerPurpose purpose, string? runId = null)
{
    public string RuleId { get; } = ruleId;

    public TimerPurpose Purpose { get; } = purpose;

    public string? RunId { get; } = runId;
}
