namespace AiwgDaemon.Rules.Machine;

/// <summary>A change that a rule may fire for, as far as it says something about who made it.</summary>
/// <param name="Subject">The path, or what else the event is about.</param>
/// <param name="Changed">When the change was made; the time of the event if that is not known.</param>
/// <param name="Now">The time now.</param>
/// <param name="Debounce">By how much an event is later than its change.</param>
internal sealed record LoopSign(string Subject, DateTimeOffset Changed, DateTimeOffset Now, TimeSpan Debounce)
{
    /// <summary>What happens during a run may be its doing: it has not been told from others' changes.</summary>
    public bool MayBeOwn { get; init; } = true;

    /// <summary>The change was made during or right after a run of another rule, which this one may have set off.</summary>
    public bool IsViaOthers { get; init; } = true;

    /// <summary>The change was made during a run of this rule, and others may have begun since.</summary>
    public bool IsOfEarlierRun { get; init; }
}
