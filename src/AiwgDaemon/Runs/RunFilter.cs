using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>Which runs somebody wants to see: the newest that every part which is set holds for.</summary>
internal sealed record RunFilter
{
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>A status, or <c>waiting</c> for what has not started.</summary>
    public string? Status { get; init; }

    public string? Rule { get; init; }

    /// <summary>What has ended before is left out.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only runs that were decided on before this one: the next page.</summary>
    public string? Before { get; init; }

    public bool IsAny => Status is null && Rule is null && Since is null && Before is null;

    public bool Takes(Run run) => Takes(run.Id, run.RuleId, run.State switch
    {
        RunState.Waiting or RunState.Queued => ActionStatus.Queued,
        _ => run.Record?.Status ?? ActionStatus.Queued,
    });

    public bool Takes(ActionRecord record) => Takes(record.Id, record.RuleId, record.Status) && !(record.CompletedAt < Since);

    private bool Takes(string id, string rule, ActionStatus status) =>
        (Rule is null || rule == Rule)
        && (Before is null || string.CompareOrdinal(id, Before) < 0)
        && (
            Status is null
            || Status.Equals(ActionEvents.Word(status), StringComparison.OrdinalIgnoreCase)
            || (status == ActionStatus.Queued && Status.Equals("waiting", StringComparison.OrdinalIgnoreCase))
        );
}
