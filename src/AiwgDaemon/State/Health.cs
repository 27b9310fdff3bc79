namespace AiwgDaemon.State;

/// <summary>The words of the health status, best first.</summary>
internal static class HealthWords
{
    public const string Healthy = "healthy";
    public const string Degraded = "degraded";
    public const string Unhealthy = "unhealthy";
}

/// <summary>An issue that came (or whose message changed) or, with a null message, went.</summary>
internal sealed record HealthChange(string Key, string? Message, string Status, string PreviousStatus);

/// <summary>
/// What is wrong with the daemon right now: one issue a concern, each with the time since when. Any thread; the callback runs on
/// the reporting thread, outside the lock, and only on a change.
/// </summary>
internal sealed class Health(TimeProvider time, Action<HealthChange>? changed = null)
{
    private readonly Lock _lock = new();
    private Action<HealthChange>? _changed = changed;
    private readonly SortedDictionary<string, HealthIssue> _issues = new(StringComparer.Ordinal);

    public string Status
    {
        get { lock (_lock) return StatusOf(_issues.Values); }
    }

    /// <summary>
    /// Names who is told of changes from now on, and tells of every issue that there is already: parts may report while they are
    /// opened, before anybody who could be told is made.
    /// </summary>
    public void Listen(Action<HealthChange> changed)
    {
        HealthChange[] before;
        lock (_lock)
        {
            _changed = changed;
            before =
            [
                .. _issues.Values.Select(issue => new HealthChange(
                    issue.Key,
                    issue.Message,
                    StatusOf(_issues.Values),
                    HealthWords.Healthy
                )),
            ];
        }
        Array.ForEach(before, changed);
    }

    /// <summary>Raises or replaces the issue of this key; a null message clears it.</summary>
    public void Report(string key, string? message, bool unhealthy = false)
    {
        HealthChange change;
        Action<HealthChange>? listener;
        lock (_lock)
        {
            var previous = StatusOf(_issues.Values);
            if (!Set(key, message, unhealthy ? HealthWords.Unhealthy : HealthWords.Degraded)) return;
            change = new HealthChange(key, message, StatusOf(_issues.Values), previous);
            listener = _changed;
        }
        listener?.Invoke(change);
    }

    public HealthState Snapshot()
    {
        lock (_lock)
            return new HealthState { Status = StatusOf(_issues.Values), LastCheck = time.GetUtcNow(), Issues = [.. _issues.Values] };
    }

    private bool Set(string key, string? message, string severity)
    {
        if (message is null) return _issues.Remove(key);
        var known = _issues.GetValueOrDefault(key);
        if (known is not null && known.Message == message && known.Severity == severity) return false;
        _issues[key] = new HealthIssue(key, severity, message, known?.Since ?? time.GetUtcNow());
        return true;
    }

    private static string StatusOf(IEnumerable<HealthIssue> issues)
    {
        var status = HealthWords.Healthy;
        foreach (var issue in issues)
        {
            if (issue.Severity == HealthWords.Unhealthy) return HealthWords.Unhealthy;
            status = HealthWords.Degraded;
        }
        return status;
    }
}
