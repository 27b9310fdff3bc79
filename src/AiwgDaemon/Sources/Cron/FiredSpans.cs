namespace AiwgDaemon.Sources.Cron;

/// <summary>Every instant of a job's expression from the first to the last has fired.</summary>
internal sealed record FiredSpan(DateTimeOffset From, DateTimeOffset To)
{
    public bool Holds(DateTimeOffset instant) => instant >= From && instant <= To;
}

/// <summary>
/// What a job has fired, as few spans: a clock that is set back must not make it fire again. Bounded: of many spans those
/// that lie furthest back are forgotten.
/// </summary>
internal sealed class FiredSpans
{
    private const int Most = 4;

    private readonly List<FiredSpan> _spans = [];

    /// <summary>The latest added is the last.</summary>
    public IReadOnlyList<FiredSpan> All => _spans;

    public void Restore(IReadOnlyList<FiredSpan> spans)
    {
        _spans.Clear();
        _spans.AddRange(spans.TakeLast(Most));
    }

    /// <summary>What the span holds may fire again.</summary>
    public void Forget(FiredSpan span) => _spans.Remove(span);

    /// <param name="follows">True if nothing of the expression lies between the instant and the one that was added before.</param>
    public void Add(DateTimeOffset instant, bool follows)
    {
        if (follows) _spans[^1] = _spans[^1] with { To = instant };
        else _spans.Add(new(instant, instant));
        if (_spans.Count > Most) _spans.Remove(_spans.Take(Most).MinBy(s => s.To)!);
    }

    /// <summary>The span that the instant is in; null if it has not fired.</summary>
    public FiredSpan? Find(DateTimeOffset instant)
    {
        foreach (var span in _spans)
            if (span.Holds(instant)) return span;
        return null;
    }
}
