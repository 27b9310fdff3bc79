using AiwgDaemon.Rules;

namespace AiwgDaemon.Api;

/// <summary>One rule as <c>automation.status</c> and <c>rules.list</c> show it.</summary>
internal sealed record RuleView(
    string Id, bool Enabled, string Action, long Matches = 0, long Runs = 0, DateTimeOffset? LastRun = null, string? Suspended = null)
{
    public RuleFacts Facts { get; init; } = RuleFacts.None;
}
