namespace AiwgDaemon.Rules;

/// <summary>How far the suspicion that a rule keeps itself going has come.</summary>
internal enum Suspicion
{
    /// <summary>None: the rule fires.</summary>
    None,

    /// <summary>It has fired too often by what followed its own runs; held, to see whether changes go on without it.</summary>
    Watched,

    /// <summary>Nothing came while it was held: one run shows whether a change follows it again.</summary>
    Tried,

    /// <summary>A change followed that run too: the rule is its own cause, and is paused.</summary>
    Proved,
}

/// <summary>
/// Notices a rule that keeps itself going: more than 10 runs within a minute, each followed at once by a change of a path that the
/// rule has fired for before; or 15 runs in a row, at any speed, that each follow from the one before, whatever the paths.
/// Correlation is no proof, since a person who saves every other second looks the same; two experiments tell. The rule is held: if
/// changes go on, they have another cause. If all is still, it runs once: if a change follows that too, the run is the cause. Pure.
/// </summary>
internal sealed class RunawayGuard
{
    public const int MaxFirings = 10;

    // One that leaves several changes each time, with a run for each, doubles its runs from round to round: by rounds alone it would be noticed late.
    private const int ManyRounds = 4;
    private const int ManyRuns = 4 * MaxInARow;

    /// <summary>How long a held rule is watched before the one run.</summary>
    public static readonly TimeSpan Stillness = TimeSpan.FromSeconds(15);

    /// <summary>So many runs in a row may follow each from the one before.</summary>
    public const int MaxInARow = 15;

    private const int MostSubjects = 1024;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(10);
    // What a run leaves behind writes within this.
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(1.25);

    // Events are stamped in milliseconds.
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    private readonly Queue<DateTimeOffset> _again = new();
    private HashSet<string> _subjects = new(StringComparer.Ordinal), _subjectsBefore = new(StringComparer.Ordinal);
    private DateTimeOffset _subjectsSince, _heldSince, _lastOther, _trustedUntil;
    private DateTimeOffset? _started;
    private DateTimeOffset? _finished;
    private bool _running, _countedInARow, _countedAgain, _tried;
    private int _others, _inARow, _runsInARow;

    public Suspicion Suspicion { get; private set; }

    /// <summary>Nothing of the rule is to run.</summary>
    public bool Holds => Suspicion is Suspicion.Watched or Suspicion.Proved;

    /// <summary>What waits may run: the experiment is one run, and what waits behind it waits for the result.</summary>
    public bool MayRun => !Holds && !HasTried;

    /// <summary>The one run has begun, and what comes of it is awaited.</summary>
    public bool HasTried => Suspicion == Suspicion.Tried && _tried;

    public void Started(DateTimeOffset now)
    {
        (_started, _running, _countedInARow, _countedAgain, _tried) = (now, true, false, false, Suspicion == Suspicion.Tried);
        if (_inARow > 0) _runsInARow++;
    }

    public void Finished(DateTimeOffset now) => (_finished, _running) = (now, false);

    /// <summary>Whether the rule may fire for a path or another subject; false if it is held from now on. Not asked while it <see cref="Holds"/>.</summary>
    /// <param name="subject">The path, or what else the event is about.</param>
    /// <param name="changed">When the change was made; the time of the event if that is not known.</param>
    /// <param name="now">The time now.</param>
    /// <param name="debounce">By how much an event is later than its change.</param>
    /// <param name="mayBeOwn">What happens during a run may be its doing: it has not been told from others' changes.</param>
    /// <param name="viaOthers">The change was made during or right after a run of another rule, which this one may have set off.</param>
    /// <param name="ofEarlierRun">The change was made during a run of this rule, and others may have begun since.</param>
    public bool Admits(
        string subject, DateTimeOffset changed, DateTimeOffset now, TimeSpan debounce, bool mayBeOwn = true, bool viaOthers = true, bool ofEarlierRun = false)
    {
        var again = IsKnown(subject, now);
        var follows = (ofEarlierRun && changed <= _started) || FollowsRun(changed, viaOthers ? Reach(debounce) : Late, mayBeOwn);
        if (Suspicion == Suspicion.Tried) return !follows || Hold(Suspicion.Proved, now);
        if (!follows) _inARow = _runsInARow = 0;
        if (!follows || IsTrusted(now)) return true;
        if (!_countedInARow) _inARow++;
        _countedInARow = true;
        var tooMany = _inARow > MaxInARow || (_inARow >= ManyRounds && _runsInARow > ManyRuns);
        if (again) tooMany |= Count(_again, ref _countedAgain, now) > MaxFirings;
        return !tooMany || Hold(Suspicion.Watched, now);
    }

    /// <summary>Another one has found that the rule may be its own cause; false if it was acquitted lately, and goes on.</summary>
    public bool Suspect(DateTimeOffset now)
    {
        if (IsTrusted(now)) return false;
        Hold(Suspicion.Watched, now);
        return true;
    }

    /// <summary>It is known that the rule is its own cause.</summary>
    public void Prove(DateTimeOffset now) => Hold(Suspicion.Proved, now);

    /// <summary>
    /// Tells of a change that came while the rule was held; true where it is acquitted by it. One change may be the last that
    /// the chain had under way, over another rule, say: two that are apart have another cause.
    /// </summary>
    /// <param name="eventTime">When the event came.</param>
    /// <param name="now">The time now.</param>
    /// <param name="debounce">By how much an event is later than its change.</param>
    /// <param name="needed">So many changes that are apart acquit it.</param>
    public bool IsAcquittedBy(DateTimeOffset eventTime, DateTimeOffset now, TimeSpan debounce, int needed = 2)
    {
        var end = _finished > _heldSince ? _finished.Value : _heldSince;
        if (_running || now - _heldSince > Window || eventTime - end < Late) return false;
        if (_others > 0 && eventTime - _lastOther < debounce + Late / 2) return false;
        _lastOther = eventTime;
        if (++_others < needed) return false;
        Acquit(now);
        return true;
    }

    /// <summary>Nothing has acquitted the rule while it was watched: it is to run once.</summary>
    public void Try() => (Suspicion, _tried) = (Suspicion.Tried, false);

    /// <summary>Nothing has come within <see cref="Reach"/> of the end of that run: true where this acquits the rule.</summary>
    public bool EndTrial(DateTimeOffset now)
    {
        if (!HasTried || _running) return false;
        Acquit(now);
        return true;
    }

    /// <summary>How long after a run something counts as its doing: two rules that feed each other take two debounces for a round.</summary>
    public static TimeSpan Reach(TimeSpan debounce) => 2 * debounce + Late;

    /// <summary>Somebody says that it is all right.</summary>
    public void Reset()
    {
        Suspicion = Suspicion.None;
        _again.Clear();
        _inARow = _runsInARow = 0;
    }

    private bool Hold(Suspicion suspicion, DateTimeOffset now)
    {
        (Suspicion, _heldSince, _others) = (suspicion, now, 0);
        return false;
    }

    private void Acquit(DateTimeOffset now)
    {
        Reset();
        _trustedUntil = now + Trust;
    }

    // Not for longer where the clock is set back.
    private bool IsTrusted(DateTimeOffset now) => now < _trustedUntil && _trustedUntil - now <= Trust;

    private bool FollowsRun(DateTimeOffset changed, TimeSpan reach, bool mayBeOwn)
    {
        if (_started is not { } started) return false;
        if (_running && changed > started) return mayBeOwn;
        // The run that ended last, even if the next has begun since.
        if (_finished is not { } finished || changed - finished >= reach) return false;
        return changed > finished || (mayBeOwn && (changed > started || changed > finished - Grain));
    }

    // One for each run, however many events follow it: a checkout of a thousand files counts once.
    private static int Count(Queue<DateTimeOffset> firings, ref bool counted, DateTimeOffset now)
    {
        while (firings.TryPeek(out var oldest) && now - oldest > Window) firings.Dequeue();
        if (!counted) firings.Enqueue(now);
        counted = true;
        return firings.Count;
    }

    // Known for one to two windows: enough, and bounded without a time for each.
    private bool IsKnown(string subject, DateTimeOffset now)
    {
        if (now - _subjectsSince > Window || _subjects.Count >= MostSubjects)
        {
            (_subjects, _subjectsBefore, _subjectsSince) = (_subjectsBefore, _subjects, now);
            _subjects.Clear();
        }
        var known = _subjectsBefore.Contains(subject);
        return !_subjects.Add(subject) || known;
    }
}
