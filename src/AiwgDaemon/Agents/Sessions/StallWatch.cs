namespace AiwgDaemon.Agents.Sessions;

/// <summary>Tells an agent that works from one that hangs. A sign of life is output, and, as long as a tool of it is at work, time of the
/// processor. Not thread-safe.</summary>
/// <param name="limit">So long without a sign is a stall; zero: there is none.</param>
/// <param name="processorTime">Of all its processes, in hundredths of a second.</param>
/// <param name="time">Clock.</param>
internal sealed class StallWatch(TimeSpan limit, Func<long> processorTime, TimeProvider time)
{
    // A program that waits for an answer turns its wheels too, but not that fast.
    private const int Hundredths = 50;

    private long _lastSign = time.GetTimestamp();
    private long _lastLook = time.GetTimestamp();
    private long _bytes;
    private long _processor;
    private bool _isWarned;

    /// <summary>True once, at half of the limit.</summary>
    public bool IsToWarn { get; private set; }

    /// <summary>How long it has shown no sign.</summary>
    public TimeSpan Silence => time.GetElapsedTime(_lastSign);

    /// <summary>True if it hangs. To be asked again and again.</summary>
    /// <param name="bytes">So much it has printed so far.</param>
    /// <param name="openTools">So many of its tools are at work.</param>
    public bool IsStalled(long bytes, int openTools)
    {
        if (limit <= TimeSpan.Zero) return false;
        if (bytes != _bytes) (_bytes, _lastSign) = (bytes, time.GetTimestamp());
        // To look at all processes costs more than the rest.
        else if (openTools > 0 && time.GetElapsedTime(_lastLook) > limit / 8) LookAtProcessor();
        IsToWarn = !_isWarned && Silence >= limit / 2;
        _isWarned = Silence >= limit / 2;
        return Silence >= limit;
    }

    private void LookAtProcessor()
    {
        _lastLook = time.GetTimestamp();
        var used = processorTime();
        if (used - _processor >= Hundredths) _lastSign = _lastLook;
        _processor = used;
    }
}
