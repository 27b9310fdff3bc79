namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// Stops a rule that keeps itself going. <see cref="LoopEvidence"/> is no proof, since a person who saves every other second looks the
/// same; two experiments tell. The breaker opens: if changes go on, they have another cause, and it closes. If all is still, the rule is
/// probed by one run: if a change follows that too, the run is the cause, and the breaker is locked. One that was acquitted is trusted
/// for ten minutes. Pure.
/// </summary>
internal sealed class CircuitBreaker
{
    /// <summary>How long an open breaker waits before it probes.</summary>
    public static readonly TimeSpan Stillness = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(10);

    private readonly LoopEvidence _evidence = new();
    private DateTimeOffset _openSince, _lastOther, _trustedUntil;
    private bool _probeHasBegun;
    private int _others;

    public BreakerState State { get; private set; }

    /// <summary>Nothing of the rule is to run.</summary>
    public bool Holds => State is BreakerState.Open or BreakerState.Locked;

    /// <summary>What waits may run: the probe is one run, and what waits behind it waits for the result.</summary>
    public bool MayRun => !Holds && !HasProbed;

    /// <summary>The probe has begun, and what comes of it is awaited.</summary>
    public bool HasProbed => State == BreakerState.Probing && _probeHasBegun;

    public void Started(DateTimeOffset now)
    {
        _evidence.Start(now);
        _probeHasBegun = State == BreakerState.Probing;
    }

    public void Finished(DateTimeOffset now) => _evidence.End(now);

    /// <summary>
    /// Whether the rule may fire for a change; false if the breaker is open from now on. Not asked while it <see cref="Holds"/>.
    /// </summary>
    public bool Admits(LoopSign change)
    {
        var follows = _evidence.Follows(change, out var again);
        if (State == BreakerState.Probing) return !follows || Open(BreakerState.Locked, change.Now);
        if (!follows || IsTrusted(change.Now)) return true;
        return !_evidence.IsTooMany(again, change.Now) || Open(BreakerState.Open, change.Now);
    }

    /// <summary>Another one has found that the rule may be its own cause; false if it was acquitted lately, and goes on.</summary>
    public bool Suspect(DateTimeOffset now)
    {
        if (IsTrusted(now)) return false;
        Open(BreakerState.Open, now);
        return true;
    }

    /// <summary>It is known that the rule is its own cause.</summary>
    public void Lock(DateTimeOffset now) => Open(BreakerState.Locked, now);

    /// <summary>
    /// Tells of a change that came while the breaker was open; true if it closes by it. One change may be the last that the chain had under
    /// way, over another rule, say: two that are apart have another cause.
    /// </summary>
    /// <param name="changed">When the change was made.</param>
    /// <param name="now">The time now.</param>
    /// <param name="debounce">By how much an event is later than its change.</param>
    /// <param name="needed">So many changes that are apart close it.</param>
    public bool IsAcquittedBy(DateTimeOffset changed, DateTimeOffset now, TimeSpan debounce, int needed = 2)
    {
        var end = _evidence.Finished > _openSince ? _evidence.Finished.Value : _openSince;
        if (_evidence.IsRunning || now - _openSince > LoopEvidence.Window || changed - end < LoopEvidence.Late) return false;
        if (_others > 0 && changed - _lastOther < debounce + LoopEvidence.Late / 2) return false;
        _lastOther = changed;
        if (++_others < needed) return false;
        Acquit(now);
        return true;
    }

    /// <summary>Nothing has closed it while it was open: the rule is to run once.</summary>
    public void Probe() => (State, _probeHasBegun) = (BreakerState.Probing, false);

    /// <summary>
    /// Nothing has come within <see cref="LoopEvidence.Reach"/> of the end of that run: true if the breaker closes by this.
    /// </summary>
    public bool EndProbe(DateTimeOffset now)
    {
        if (!HasProbed || _evidence.IsRunning) return false;
        Acquit(now);
        return true;
    }

    /// <summary>Somebody says that it is all right.</summary>
    public void Close()
    {
        State = BreakerState.Closed;
        _evidence.Forget();
    }

    private bool Open(BreakerState state, DateTimeOffset now)
    {
        (State, _openSince, _others) = (state, now, 0);
        return false;
    }

    private void Acquit(DateTimeOffset now)
    {
        Close();
        _trustedUntil = now + Trust;
    }

    // Not for longer if the clock is set back.
    private bool IsTrusted(DateTimeOffset now) => now < _trustedUntil && _trustedUntil - now <= Trust;
}
