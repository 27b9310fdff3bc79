namespace AiwgDaemon.Bus;

/// <summary>How bad an issue is for the health of the daemon.</summary>
internal enum IssueSeverity
{
    /// <summary>Something works less well: the daemon is degraded.</summary>
    Degraded,

    /// <summary>A promise cannot be kept: the daemon is unhealthy.</summary>
    Unhealthy,
}

/// <summary>
/// Reports the state of one concern to health: a message raises or replaces the issue named <paramref name="key"/>,
/// null clears it. May be called from any thread, as often as wanted.
/// </summary>
/// <param name="key">Stable name of the concern, for instance <c>watch.limit</c>.</param>
/// <param name="message">What is wrong and what to do, or null if it is mended.</param>
/// <param name="severity">How bad it is.</param>
internal delegate void IssueReport(string key, string? message, IssueSeverity severity = IssueSeverity.Degraded);
