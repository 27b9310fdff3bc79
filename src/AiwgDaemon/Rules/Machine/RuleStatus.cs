namespace AiwgDaemon.Rules.Machine;

/// <summary>What one rule is about and has done.</summary>
internal sealed record RuleStatus(
    string Id, bool Enabled, bool Paused, long Matched, long Runs, long Skipped, int Waiting, int Held, DateTimeOffset? LastRun);
