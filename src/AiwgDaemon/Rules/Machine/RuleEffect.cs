using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Rules.Machine;

/// <summary>What the rules want to be done. Whoever executes them does so in their order, one at a time.</summary>
internal abstract record RuleEffect
{
    /// <summary>A run is decided on.</summary>
    internal sealed record Decide(RunPlan Plan) : RuleEffect;

    /// <summary>Events become part of a run that waits.</summary>
    internal sealed record Join(string RunId, IReadOnlyList<DaemonEvent> Events) : RuleEffect;

    /// <summary>A run that waits is for these events now, and for this action.</summary>
    internal sealed record Amend(string RunId, ActionDefinition Action, IReadOnlyList<DaemonEvent> Events) : RuleEffect;

    /// <summary>Why a run waits now.</summary>
    internal sealed record Wait(string RunId, WaitReason Reason, DateTimeOffset? Until) : RuleEffect;

    /// <summary>The rule has no objection any more: it starts as soon as there is a slot.</summary>
    internal sealed record Queue(string RunId) : RuleEffect;

    /// <summary>
    /// End a run of a rule that begins anew: answered by <see cref="RuleInput.Ended"/>, or <see cref="RuleInput.Gone"/> if it had not
    /// started.
    /// </summary>
    internal sealed record Cancel(string RunId, string Why) : RuleEffect;

    /// <summary>
    /// End all runs of a rule that have not started, answered by <see cref="RuleInput.Gone"/>; with <paramref name="InJournal"/> events
    /// that waited in the journal, which are let go already, it is one line in the log.
    /// </summary>
    internal sealed record CancelWaiting(string RuleId, string Why, int InJournal) : RuleEffect;

    /// <summary>Forget a run that nobody has seen as one: <c>joined</c> or <c>dropped</c>.</summary>
    internal sealed record Drop(string RunId, string Word) : RuleEffect;

    /// <summary>The run fails without a start, and is gone.</summary>
    internal sealed record Refuse(string RunId, string Reason) : RuleEffect;

    /// <summary>The answer to the end of a run: what follows from it is decided.</summary>
    internal sealed record Close(string RunId, DateTimeOffset? RetryAt) : RuleEffect;

    /// <summary>A killed daemon left this run, and nobody saw its end.</summary>
    internal sealed record EndedBefore(IReadOnlyList<EarlierRun> Runs) : RuleEffect;

    internal sealed record Lost(LostRun Run, ActionDefinition Action, int Attempts) : RuleEffect;

    /// <summary>
    /// A change is held that may be the doing of the rule's own run: not to be forgotten by a crash, and to be seen as a run that waits.
    /// </summary>
    internal sealed record NoteChange(string ChangeId, string RuleId, ActionDefinition Action, DaemonEvent Event) : RuleEffect;

    /// <summary>What was held under this id has been judged.</summary>
    internal sealed record ForgetChange(string ChangeId) : RuleEffect;

    /// <summary>Whoever asked with this key is told the run's id, when it is noted.</summary>
    internal sealed record Answer(Guid Request, string RunId) : RuleEffect;

    internal sealed record Arm(RuleTimer Timer, TimeSpan Delay) : RuleEffect;

    internal sealed record Disarm(RuleTimer Timer) : RuleEffect;

    /// <summary>
    /// Read what the paths of these events hold, answered by <see cref="RuleInput.ContentsRead"/>. It may take long, and holds up nothing
    /// else.
    /// </summary>
    internal sealed record ReadContents(string RuleId, IReadOnlyList<DaemonEvent> Events) : RuleEffect;

    /// <summary>
    /// Read the next events between these positions, answered by <see cref="RuleInput.JournalRead"/> or <see
    /// cref="RuleInput.JournalUnreadable"/>.
    /// </summary>
    internal sealed record ReadJournal(Rule Rule, Backlog Backlog, long From, long Until) : RuleEffect;

    /// <summary>Count the rule's events between these positions, answered by <see cref="RuleInput.JournalCounted"/>.</summary>
    internal sealed record CountJournal(Rule Rule, Backlog Backlog, long From, long Until) : RuleEffect;

    /// <summary>Match these events anew, answered by <see cref="RuleInput.MatchedAgain"/>: a large payload has to be read for it.</summary>
    internal sealed record MatchAgain(Rule Rule, IReadOnlyList<DaemonEvent> Events) : RuleEffect;

    /// <summary>The event leads to nothing by this rule, and why.</summary>
    internal sealed record Skipped(string RuleId, DaemonEvent Event, string Reason) : RuleEffect;

    /// <summary>
    /// These changes were made by the rule's own run, and lead to nothing; <paramref name="Learnt"/>: as an experiment has just shown.
    /// </summary>
    internal sealed record IgnoredAsOwn(string RuleId, IReadOnlyList<DaemonEvent> Events, bool Learnt) : RuleEffect;

    /// <summary>Raise an issue of health, or clear it if there is no message.</summary>
    internal sealed record Report(string Key, string? Message) : RuleEffect;

    /// <summary>A line for the log.</summary>
    internal sealed record Log(Action<ILogger> Write) : RuleEffect;
}
