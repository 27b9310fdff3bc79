namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// Counts what speaks for a rule that keeps itself going: more than 10 runs within a minute, each followed at once by a change of a path
/// that the rule has fired for before; or 15 runs in a row, at any speed, that each follow from the one before, whatever the paths. Pure.
/// </summary>
internal sealed class LoopEvidence
{
    public const int MaxFirings = 10;

    /// <summary>So many runs in a row may follow each from the one before.</summary>
    public const int MaxInARow = 15;

    /// <summary>What a run leaves behind writes within this.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(1.25);

    /// <summary>Firings count for so long.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // One that leaves several changes each time, with a run for each, doubles its runs from round to round: by rounds alone it would be
    // noticed late.
    private const int ManyRounds = 4;
    private const int ManyRuns = 4 * MaxInARow;

    private const int MostSubjects = 1024;

    // Events are stamped in milliseconds.
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    private readonly Queue<DateTimeOffset> _again = new();
    private HashSet<string> _subjects = new(StringComparer.Ordinal), _subjectsBefore = new(StringComparer.Ordinal);
    private DateTimeOffset _subjectsSince;
    private DateTimeOffset? _started;
    private bool _countedInARow, _countedAgain;
    private int _inARow, _runsInARow;

    public bool IsRunning { get; private set; }

    /// <summary>When a run ended last; null before the first.</summary>
    public DateTimeOffset? Finished { get; private set; }

    /// <summary>
    /// How long after a run something counts as its doing: two rules that feed each other take two debounces for a round.
    /// </summary>
    public static TimeSpan Reach(TimeSpan debounce) => 2 * debounce + Late;

    public void Start(DateTimeOffset now)
    {
        (_started, IsRunning, _countedInARow, _countedAgain) = (now, true, false, false);
        if (_inARow > 0) _runsInARow++;
    }

    public void End(DateTimeOffset now) => (Finished, IsRunning) = (now, false);

    /// <summary>Takes a change that the rule may fire for; true if it follows from a run of the rule.</summary>
    /// <param name="change">The change.</param>
    /// <param name="again">The rule has fired for that path before.</param>
    public bool Follows(LoopSign change, out bool again)
    {
        again = IsKnown(change.Subject, change.Now);
        var follows = (change.IsOfEarlierRun && change.Changed <= _started)
            || FollowsRun(change.Changed, change.IsViaOthers ? Reach(change.Debounce) : Late, change.MayBeOwn);
        if (!follows) _inARow = _runsInARow = 0;
        return follows;
    }

    /// <summary>Counts a change that follows; true if there have been too many.</summary>
    public bool IsTooMany(bool again, DateTimeOffset now)
    {
        if (!_countedInARow) _inARow++;
        _countedInARow = true;
        var tooMany = _inARow > MaxInARow || (_inARow >= ManyRounds && _runsInARow > ManyRuns);
        return again ? tooMany | CountAgain(now) > MaxFirings : tooMany;
    }

    public void Forget()
    {
        _again.Clear();
        _inARow = _runsInARow = 0;
    }

    private bool FollowsRun(DateTimeOffset changed, TimeSpan reach, bool mayBeOwn)
    {
        if (_started is not { } started) return false;
        if (IsRunning && changed > started) return mayBeOwn;
        // The run that ended last, even if the next has begun since.
        if (Finished is not { } finished || changed - finished >= reach) return false;
        return changed > finished || (mayBeOwn && (changed > started || changed > finished - Grain));
    }

    // One for each run, however many events follow it: a checkout of a thousand files counts once.
    private int CountAgain(DateTimeOffset now)
    {
        while (_again.TryPeek(out var oldest) && now - oldest > Window) _again.Dequeue();
        if (!_countedAgain) _again.Enqueue(now);
        _countedAgain = true;
        return _again.Count;
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
