namespace AiwgDaemon.Rules;

/// <summary>
/// Notices a rule that keeps itself going: more than 10 runs within a minute, each followed at once by a change of a path that the
/// rule has fired for before. Paths that are always new (an inbox) may come six times as fast. What comes in one
/// burst, a checkout of a thousand files, counts once. Pure.
/// </summary>
internal sealed class RunawayGuard
{
    public const int MaxFirings = 10;

    private const int MaxOfNewSubjects = 6 * MaxFirings;
    private const int MostSubjects = 1024;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    // Two rules that feed each other take two debounces for a round.
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(1.5);

    private readonly Queue<DateTimeOffset> _again = new();
    private readonly Queue<DateTimeOffset> _all = new();
    private HashSet<string> _subjects = new(StringComparer.Ordinal), _subjectsBefore = new(StringComparer.Ordinal);
    private DateTimeOffset _subjectsSince;
    private DateTimeOffset? _started;
    private DateTimeOffset? _finished;
    private bool _running, _counted, _countedAgain;

    public void Started(DateTimeOffset now) => (_started, _running, _counted, _countedAgain) = (now, true, false, false);

    public void Finished(DateTimeOffset now) => (_finished, _running) = (now, false);

    /// <summary>Counts a firing for a path or another subject; true where it is one too many.</summary>
    /// <param name="mayBeOwn">What happens during a run may be its doing: nobody has told the rule's own changes from others'.</param>
    public bool Fires(string subject, DateTimeOffset eventTime, DateTimeOffset now, bool mayBeOwn = true)
    {
        var again = IsKnown(subject, now);
        if (!FollowsRun(eventTime, mayBeOwn)) return false;
        var tooMany = Count(_all, ref _counted, now) > MaxOfNewSubjects;
        if (again) tooMany |= Count(_again, ref _countedAgain, now) > MaxFirings;
        return tooMany;
    }

    public void Reset()
    {
        _again.Clear();
        _all.Clear();
    }

    private bool FollowsRun(DateTimeOffset eventTime, bool mayBeOwn)
    {
        if (_started is not { } started || eventTime <= started) return false;
        if (_running) return mayBeOwn;
        return _finished is { } finished && eventTime - finished < Reach && (mayBeOwn || eventTime > finished);
    }

    // One for each run, however many events follow it.
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
