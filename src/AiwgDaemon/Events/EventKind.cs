namespace AiwgDaemon.Events;

/// <summary>What the events of one source are like. Each part has to be said, so that a new source leaves none out.</summary>
internal sealed record EventKind
{
    public required EventSource Source { get; init; }

    /// <summary>In files, rules and on the command line.</summary>
    public required string Word { get; init; }

    /// <summary>What people are told that the source sees: a phrase.</summary>
    public required string About { get; init; }

    /// <summary>All that there are; empty if anybody may make up one.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>The type of an event that is tried without one; null if there is none that is likely.</summary>
    public required string? UsualType { get; init; }

    /// <summary>What a rule selects on besides the type, and what the subject of an event is; null if there is nothing.</summary>
    public required EventSelector? Selector { get; init; }

    /// <summary>The keys of the payload; null if they are not fixed.</summary>
    public required IReadOnlyList<string>? PayloadKeys { get; init; }
}

/// <summary>How a rule selects events of a source by their subject.</summary>
/// <param name="RuleKey">Below <c>event:</c> of a rule.</param>
/// <param name="PayloadKey">The key of the payload that holds the subject.</param>
internal sealed record EventSelector(string RuleKey, string PayloadKey);
