using System.Globalization;
using AiwgDaemon.Actions;

namespace AiwgDaemon.Runs;

/// <summary>
/// What a run waits for: a word for programs, a phrase for people, and the instant if it is known, which is no part of the phrase: whoever
/// shows it knows the reader's time zone. Pure.
/// </summary>
internal sealed record RunReason(WaitReason Reason, string Text, DateTimeOffset? Until = null)
{
    public string Word => WordOf(Reason);

    public static string WordOf(WaitReason reason) => reason switch
    {
        WaitReason.Slot => "slot",
        WaitReason.Group => "group",
        WaitReason.RuleBusy => "rule",
        WaitReason.Settle => "settle",
        WaitReason.OwnChanges => "own_changes",
        WaitReason.Retry => "retry",
        WaitReason.CircuitBreaker => "circuit_breaker",
        WaitReason.Time => "time",
        WaitReason.Dependency => "dependency",
        WaitReason.Limit => "limit",
        WaitReason.Approval => "approval",
        WaitReason.Restart => "restart",
        WaitReason.Paused => "pause",
        _ => "hold",
    };

    public static RunReason Slot(int running, int limit) => new(WaitReason.Slot, Invariant($"a slot ({running} of {limit} run)"));

    public static RunReason Group(string group, int running, int limit) =>
        new(WaitReason.Group, Invariant($"its group {group} is full ({running} of {limit} run)"));

    /// <param name="with">The run that makes the rule busy; null if none is known.</param>
    public static RunReason RuleBusy(string? with) =>
        new(WaitReason.RuleBusy, with is null ? "its rule is busy" : $"its rule is busy (with {with})");

    public static RunReason Paused(DateTimeOffset? until) => new(WaitReason.Paused, "automation is paused", until);

    public static RunReason HeldByHand(string id) =>
        new(WaitReason.HeldByHand, $"held by hand ('aiwg-daemon actions release {id}' lets it go)");

    /// <summary>What a run that has begun waits for.</summary>
    public static RunReason Of(ActionWait wait) => new(wait.For switch
    {
        ActionWaitFor.Time => WaitReason.Time,
        ActionWaitFor.Dependency => WaitReason.Dependency,
        ActionWaitFor.Limit => WaitReason.Limit,
        ActionWaitFor.Approval => WaitReason.Approval,
        _ => WaitReason.Restart,
    }, wait.Text, wait.Until);

    /// <summary>What the rule itself says.</summary>
    public static RunReason Of(Run run, string? busyWith) =>
        run.Reason switch
        {
            WaitReason.Retry => new(WaitReason.Retry, Invariant($"retry {run.Attempt - 1} of {run.Attempts - 1}"), run.Until),
            WaitReason.Settle => new(WaitReason.Settle, "its events to stop coming (settle_ms)", run.Until),
            WaitReason.OwnChanges => new(
                WaitReason.OwnChanges,
                busyWith is null
                    ? "its rule to tell whether its own run made the changes (ignore_own_changes)"
                    : $"its rule's run {busyWith}, which may have made the changes (ignore_own_changes)"
            ),
            WaitReason.CircuitBreaker => new(
                WaitReason.CircuitBreaker,
                $"its rule's circuit breaker is open ('aiwg-daemon rules resume {run.RuleId}' closes it)"
            ),
            _ => RuleBusy(busyWith),
        };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
