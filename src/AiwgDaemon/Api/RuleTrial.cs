namespace AiwgDaemon.Api;

/// <summary>What a rule would do with an event: <c>rules.test</c>.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Matches">Its <c>event:</c> is as the event is.</param>
/// <param name="WouldRun">What would run, with the event's values; null if nothing would.</param>
/// <param name="Reason">Why nothing would run, or what the run would wait for; null if it would start at once.</param>
internal sealed record RuleTrial(string Id, bool Matches, string? WouldRun, string? Reason);
