namespace AiwgDaemon.Sources.Webhook;

/// <summary>What a run printed, and how it ended, in the word of its record.</summary>
internal sealed record RunOutput(string RunId, string Status, string Text);

/// <summary>
/// The output of the first run of an event that ends; null if none ends within the bound or before the token is cancelled. Asked before
/// the event is published.
/// </summary>
internal delegate Task<RunOutput?> OutputOf(Guid eventId, TimeSpan bound, CancellationToken token);
