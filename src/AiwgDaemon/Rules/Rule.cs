using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Globs;

namespace AiwgDaemon.Rules;

/// <summary>What happens to an event that matches while the rule's action is queued or running.</summary>
internal enum OnBusy
{
    /// <summary>Each event gets its own run, one after the other.</summary>
    Queue,

    /// <summary>The event is dropped by this rule (and counted).</summary>
    Skip,

    /// <summary>All events that arrive meanwhile share one following run.</summary>
    Coalesce,

    /// <summary>The running action is ended and a new one started.</summary>
    Restart,

    /// <summary>Runs at once, beside the others.</summary>
    Allow,
}

/// <summary>What happens at start to an action that an earlier daemon had started and not seen finish.</summary>
internal enum OnLost
{
    Record,
    Rerun,
}

/// <summary>One line of <c>rules:</c>, or the implicit rule of a scheduled job (<c>job:ID</c>).</summary>
internal sealed record Rule
{
    /// <summary>How the id of a job's rule begins.</summary>
    public const string OfJob = "job:";

    public required string Id { get; init; }

    public bool Enabled { get; init; } = true;

    public required EventMatch Event { get; init; }

    public required ActionDefinition Action { get; init; }

    /// <summary>Shortest time between two runs, from start to start; zero: none.</summary>
    public TimeSpan Cooldown { get; init; }

    /// <summary>No event of the rule for so long: then it fires, once for all that came; zero: each event fires.</summary>
    public TimeSpan Settle { get; init; }

    public OnBusy OnBusy { get; init; } = OnBusy.Queue;

    /// <summary>How often a failed action is tried again.</summary>
    public int Retries { get; init; }

    /// <summary>Between a failure and the next attempt; null: a second, doubled each time, up to a minute.</summary>
    public TimeSpan? RetryDelay { get; init; }

    public OnLost OnLost { get; init; } = OnLost.Record;

    /// <summary>Changes that the action itself makes do not trigger this rule again.</summary>
    public bool IgnoreOwnChanges { get; init; } = true;
}

/// <summary>Which events a rule is for: every part that is set must hold.</summary>
internal sealed record EventMatch
{
    public EventSource? Source { get; init; }

    /// <summary>Event type, with <c>*</c>; null: any.</summary>
    public string? Type { get; init; }

    /// <summary>Any of these; empty: any path.</summary>
    public IReadOnlyList<Glob> PathPatterns { get; init; } = [];

    /// <summary>Webhook endpoint path.</summary>
    public string? Endpoint { get; init; }

    public string? JobId { get; init; }

    /// <summary>Conditions on the payload.</summary>
    public IReadOnlyList<PayloadCondition> Match { get; init; } = [];
}

internal enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>One entry of <c>match:</c>, for instance <c>body.ref: refs/heads/*</c> or <c>body.size: ">= 10"</c>.</summary>
/// <param name="Path">Where in the payload.</param>
/// <param name="Comparison">Anything but Equal compares numbers.</param>
/// <param name="AnyOf">Values of which one must hold; strings may contain <c>*</c>.</param>
internal sealed record PayloadCondition(PayloadPath Path, Comparison Comparison, IReadOnlyList<JsonElement> AnyOf);
