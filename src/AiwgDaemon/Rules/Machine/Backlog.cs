namespace AiwgDaemon.Rules.Machine;

/// <summary>Events of one rule that wait in the journal: all that are for it in this span.</summary>
internal sealed class Backlog
{
    /// <summary>The rule has seen everything before.</summary>
    public required long From { get; set; }

    /// <summary>Where the last of them ends.</summary>
    public long Until { get; set; }

    /// <summary>How many have come; about, after a restart.</summary>
    public int Count { get; set; }

    /// <summary>Somebody reads it, or waits until it can be read.</summary>
    public bool IsBeingRead { get; set; }
}
