namespace AiwgDaemon.Rules.Machine;

/// <summary>Events of one rule that wait in the journal: all that are for it in this span.</summary>
internal sealed class Backlog
{
    /// <summary>The rule has seen everything before.</summary>
    public required long From { get; set; }

    /// <summary>Where the last of them ends.</summary>
    public long Until { get; set; }

    /// <summary>How many there are; of what an earlier daemon left, what it said until they are counted.</summary>
    public int Count { get; set; }

    /// <summary>So many were taken up while what an earlier daemon left was still being counted; null: it is counted.</summary>
    public int? TakenUncounted { get; set; }

    /// <summary>So many have come since, which the count does not see.</summary>
    public int Come { get; set; }

    /// <summary>Somebody reads it, or waits until it can be read.</summary>
    public bool IsBeingRead { get; set; }
}
