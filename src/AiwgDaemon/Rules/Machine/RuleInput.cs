using AiwgDaemon.Bus;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Rules.Machine;

/// <summary>Everything that can happen to the rules: <see cref="RuleMachine.On"/> takes one after the other.</summary>
internal abstract record RuleInput
{
    /// <summary>An event came; nothing is queued before <see cref="BurstEnded"/>, so that a burst is judged as a whole.</summary>
    /// <param name="Of">The event.</param>
    /// <param name="Matching">The rules that it is for, in the order of the file.</param>
    /// <param name="RoutedTo">Rules that had it before a crash.</param>
    internal sealed record Event(DaemonEvent Of, IReadOnlyList<Rule> Matching, IReadOnlySet<string>? RoutedTo = null) : RuleInput;

    /// <summary>No further event is there at the moment.</summary>
    internal sealed record BurstEnded : RuleInput;

    /// <summary>A run is about to start, for these events.</summary>
    internal sealed record Started(string RunId, string RuleId, IReadOnlyList<DaemonEvent> Events) : RuleInput;

    /// <summary>A run has ended, also one that a person cancelled before its start. Answered by <see cref="RuleEffect.Close"/>.</summary>
    internal sealed record Ended(string RunId, ActionStatus Status, IReadOnlyList<DaemonEvent> Events) : RuleInput;

    /// <summary>Runs that were cancelled for their rule, and had not started, are gone.</summary>
    internal sealed record Gone(IReadOnlyList<string> RunIds) : RuleInput;

    /// <summary>A person holds a run that has not started.</summary>
    internal sealed record Held(string RunId) : RuleInput;

    /// <summary>A person holds it no longer.</summary>
    internal sealed record Released(string RunId) : RuleInput;

    internal sealed record TimerFired(RuleTimer Timer) : RuleInput;

    /// <summary>The answer to <see cref="RuleEffect.ReadContents"/>: what each path holds now; null if that cannot be told.</summary>
    internal sealed record ContentsRead(string RuleId, IReadOnlyList<DaemonEvent> Events, IReadOnlyList<ulong?> Contents) : RuleInput;

    /// <summary>The answer to <see cref="RuleEffect.ReadJournal"/>.</summary>
    internal sealed record JournalRead(JournalPiece Piece) : RuleInput;

    /// <summary>The other answer to <see cref="RuleEffect.ReadJournal"/>.</summary>
    internal sealed record JournalUnreadable(Backlog Backlog, string RuleId, string Error) : RuleInput;

    /// <summary>The answer to <see cref="RuleEffect.CountJournal"/>; none if the journal cannot be read.</summary>
    internal sealed record JournalCounted(Backlog Backlog, string RuleId, int Found) : RuleInput;

    /// <summary>The answer to <see cref="RuleEffect.MatchAgain"/>: the events that the rule is for as it is now.</summary>
    internal sealed record MatchedAgain(Rule Rule, IReadOnlySet<DaemonEvent> Matching) : RuleInput;

    /// <summary>Another configuration.</summary>
    internal sealed record Reload(RuleSet Set) : RuleInput;

    /// <summary>A person switches one rule on or off.</summary>
    internal sealed record EnableRule(string RuleId, bool Enabled) : RuleInput;

    /// <summary>A person switches all rules on or off.</summary>
    internal sealed record EnableAutomation(bool Enabled) : RuleInput;

    /// <summary>A person closes the breaker of a rule.</summary>
    internal sealed record ResumeRule(string RuleId) : RuleInput;

    /// <summary>A person asks for a run to be repeated; answered under the key.</summary>
    internal sealed record Repeat(Guid Key, string RunId, string RuleId, IReadOnlyList<DaemonEvent> Events) : RuleInput;

    /// <summary>
    /// A person gives up all that has not started, also in the journal, of a rule, or of all and of nobody if none is named.
    /// </summary>
    internal sealed record CancelWaiting(string? RuleId) : RuleInput;

    /// <summary>When the rules with a cooldown ran last under an earlier daemon; before the first event.</summary>
    internal sealed record CooldownsRestored(IReadOnlyDictionary<string, DateTimeOffset> LastRuns) : RuleInput;

    /// <summary>What an earlier daemon left, up to <paramref name="Checkpoint"/> in the journal; before the first event.</summary>
    /// <param name="Recovery">What it left.</param>
    /// <param name="Checkpoint">Up to where it had routed.</param>
    /// <param name="InJournal">So many events waited in the journal for all rules, as it said last.</param>
    internal sealed record Recovered(Recovery Recovery, long Checkpoint, int InJournal = 0) : RuleInput;

    /// <summary>All events of the earlier daemon have been published again; the last one ends at <paramref name="LastPosition"/>.</summary>
    internal sealed record Redelivered(long LastPosition) : RuleInput;

    /// <summary>Nothing is queued from now on; what waits stays in the ledger for the next start.</summary>
    internal sealed record Stop : RuleInput;
}
