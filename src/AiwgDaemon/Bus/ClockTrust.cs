namespace AiwgDaemon.Bus;

/// <summary>
/// Whether the wall clock may be believed if it says that days have passed. A clock that has jumped, or that is far from the newest day
/// that somebody wrote, is believed only after so long a time by the monotonic clock that what was there before is that old for certain.
/// Not thread-safe; time is asked only when it is looked at.
/// </summary>
internal sealed class ClockTrust(TimeProvider time, TimeSpan confirmation)
{
    // A machine that was suspended jumps too, for the monotonic clock stands still meanwhile: a night costs nothing.
    private static readonly TimeSpan Jump = TimeSpan.FromHours(12);
    private const int DaysApart = 2;

    private DateTimeOffset _wall;
    private long _monotonic, _since;
    private bool _isTrusted;

    /// <summary>Begins with the newest day that is there; default if there is none.</summary>
    public void Begin(DateOnly newest)
    {
        Observe();
        _since = _monotonic;
        _isTrusted = newest == default || Math.Abs(DateOnly.FromDateTime(_wall.UtcDateTime).DayNumber - newest.DayNumber) <= DaysApart;
    }

    /// <summary>True if the clock may be believed now.</summary>
    public bool Look()
    {
        var (wall, monotonic) = (_wall, _monotonic);
        Observe();
        if ((_wall - wall - time.GetElapsedTime(monotonic, _monotonic)).Duration() > Jump) (_isTrusted, _since) = (false, _monotonic);
        else if (time.GetElapsedTime(_since, _monotonic) >= confirmation) _isTrusted = true;
        return _isTrusted;
    }

    private void Observe() => (_wall, _monotonic) = (time.GetUtcNow(), time.GetTimestamp());
}
