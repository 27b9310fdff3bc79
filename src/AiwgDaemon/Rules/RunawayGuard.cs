namespace AiwgDaemon.Rules;

/// <summary>
/// Notices a rule that keeps itself going: more than 10 runs within a minute, each followed during it or right after it by a change
/// of a path that the rule has fired for before. Paths that are always new (an inbox) may come six times as fast. What comes in one
/// burst, a checkout of a thousand files, counts once. Pure.
/// </summary>
internal sealed class RunawayGuard
{
    public const int MaxFirings = 10;

    private const int MaxOfNewSubjects = 6 * MaxFirings;
    private const int MostSubjects = 1024;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(3);

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
    public bool Fires(string subject, DateTimeOffset eventTime, DateTimeOffset now)
    {
        var again = IsKnown(subject, now);
        var followsRun = _started is { } started && eventTime > started && (_running || (_finished is { } finished && eventTime - finished < Reach));
        if (!followsRun) return false;
        var tooMany = Count(_all, ref _counted, now) > MaxOfNewSubjects;
        if (again) tooMany |= Count(_again, ref _countedAgain, now) > MaxFirings;
        return tooMany;
    }

    public void Reset()
    {
        _again.Clear();
        _all.Clear();
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
