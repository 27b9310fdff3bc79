namespace AiwgDaemon.Rules;

/// <summary>
/// Notices a rule that keeps itself going: more than 10 firings within a minute, each by something that happened after an
/// action of the rule had started and not long after it ended. A checkout of a thousand files is no such chain. Pure.
/// </summary>
internal sealed class RunawayGuard
{
    public const int MaxFirings = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(15);

    private readonly Queue<DateTimeOffset> _firings = new();
    private DateTimeOffset? _started;
    private DateTimeOffset? _finished;
    private bool _running;

    public void Started(DateTimeOffset now) => (_started, _running) = (now, true);

    public void Finished(DateTimeOffset now) => (_finished, _running) = (now, false);

    /// <summary>Counts a firing; true where it is one too many.</summary>
    public bool Fires(DateTimeOffset eventTime, DateTimeOffset now)
    {
        var selfCaused = _started is { } started && eventTime > started && (_running || (_finished is { } finished && eventTime - finished < Reach));
        if (!selfCaused) return false;
        while (_firings.TryPeek(out var oldest) && now - oldest > Window) _firings.Dequeue();
        _firings.Enqueue(now);
        return _firings.Count > MaxFirings;
    }

    public void Reset() => _firings.Clear();
}
