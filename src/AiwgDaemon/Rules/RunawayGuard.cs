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
/// rule has fired for before (paths that are always new, an inbox, may come six times as fast). Correlation is no proof, since a
/// person who saves every other second looks the same; two experiments tell. The rule is held: where changes go on, they
/// have another cause. Where all is still, it runs once: where a change follows that too, the run is the cause. Pure.
/// </summary>
internal sealed class RunawayGuard
{
    public const int MaxFirings = 10;

    /// <summary>How long a held rule is watched before the one run.</summary>
    public static readonly TimeSpan Stillness = TimeSpan.FromSeconds(15);

    private const int MaxOfNewSubjects = 6 * MaxFirings;
    private const int MostSubjects = 1024;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(10);
    // What a run leaves behind writes within this.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1.25);

    // Events are stamped in milliseconds.
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    private readonly Queue<DateTimeOffset> _again = new();
    private readonly Queue<DateTimeOffset> _all = new();
    private HashSet<string> _subjects = new(StringComparer.Ordinal), _subjectsBefore = new(StringComparer.Ordinal);
    private DateTimeOffset _subjectsSince, _heldSince, _lastOther, _trustedUntil;
    private DateTimeOffset? _started;
    private DateTimeOffset? _finished;
    private bool _running, _counted, _countedAgain, _tried;
    private int _others;

    public Suspicion Suspicion { get; private set; }

    /// <summary>Nothing of the rule is to run.</summary>
    public bool Holds => Suspicion is Suspicion.Watched or Suspicion.Proved;

    /// <summary>What waits may run: the experiment is one run, and what waits behind it waits for the result.</summary>
    public bool MayRun => !Holds && !HasTried;

    /// <summary>The one run has begun, and what comes of it is awaited.</summary>
    public bool HasTried => Suspicion == Suspicion.Tried && _tried;

    public void Started(DateTimeOffset now) => (_started, _running, _counted, _countedAgain, _tried) = (now, true, false, false, Suspicion == Suspicion.Tried);

    public void Finished(DateTimeOffset now) => (_finished, _running) = (now, false);

    /// <summary>Whether the rule may fire for a path or another subject; false where it is held from now on. Not asked while it <see cref="Holds"/>.</summary>
    /// <param name="debounce">By how much an event is later than its change.</param>
    /// <param name="mayBeOwn">What happens during a run may be its doing: nobody has told the rule's own changes from others'.</param>
    public bool Admits(string subject, DateTimeOffset eventTime, DateTimeOffset now, TimeSpan debounce, bool mayBeOwn = true)
    {
        var again = IsKnown(subject, now);
        var follows = FollowsRun(eventTime, debounce, mayBeOwn);
        if (Suspicion == Suspicion.Tried) return !follows || Hold(Suspicion.Proved, now);
        if (!follows || IsTrusted(now)) return true;
        var tooMany = Count(_all, ref _counted, now) > MaxOfNewSubjects;
        if (again) tooMany |= Count(_again, ref _countedAgain, now) > MaxFirings;
        return !tooMany || Hold(Suspicion.Watched, now);
    }

    /// <summary>
    /// Tells of a change that came while the rule was held; true where it is acquitted by it. One change may be the last that
    /// the chain had under way, over another rule, say: two that are apart have another cause.
    /// </summary>
    public bool IsAcquittedBy(DateTimeOffset eventTime, DateTimeOffset now, TimeSpan debounce)
    {
        var end = _finished > _heldSince ? _finished.Value : _heldSince;
        if (_running || now - _heldSince > Window || eventTime - end < Late) return false;
        if (_others > 0 && eventTime - _lastOther < debounce + Late / 2) return false;
        _lastOther = eventTime;
        if (++_others < 2) return false;
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
        _all.Clear();
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

    private bool FollowsRun(DateTimeOffset eventTime, TimeSpan debounce, bool mayBeOwn)
    {
        if (_started is not { } started) return false;
        if (_running && eventTime > started) return mayBeOwn;
        // The run that ended last, even where the next has begun since.
        if (_finished is not { } finished || eventTime - finished >= Reach(debounce)) return false;
        return eventTime > finished || (mayBeOwn && (eventTime > started || eventTime > finished - Grain));
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
