namespace AiwgDaemon.Rules.Machine;

/// <summary>What is to be done with a change that falls into the time of a rule's own run.</summary>
internal enum Authorship
{
    /// <summary>Somebody else's, since it was made before the run's start or after its end: the rule fires.</summary>
    Foreign,

    /// <summary>The action's or somebody else's, which cannot be told: the rule fires.</summary>
    Doubtful,

    /// <summary>Doubtful in several runs in a row: an experiment is to show whether the change comes of the run.</summary>
    Suspect,

    /// <summary>The action's: ignored.</summary>
    Own,
}

/// <summary>
/// Tells changes that a rule's action made from those that others made meanwhile. When a file changed says only that it was during the
/// run, not who did it, so a change during a run leads to one following run. That settles: if the following run leaves the same content
/// behind, the content has been seen by a run, and is ignored. A path whose content differs after each run is suspected, and it is
/// ignored after an experiment has shown that it changes by the run alone. Pure; not thread-safe.
/// </summary>
internal sealed class OwnChanges
{
    /// <summary>In so many runs in a row a path has to change before it is suspected.</summary>
    public const int RunsUntilSuspect = 3;

    private const int MostPaths = 16_384;

    // Change times come from the kernel's coarse clock, which lags by a tick of up to 10 ms.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // An action that always changes a path does so at about the same time after its start or before its end.
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, (TimeSpan AfterStart, TimeSpan BeforeEnd)> _learnt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> _contents = new(StringComparer.Ordinal);
    private Dictionary<string, int> _repeats = new(StringComparer.Ordinal);
    private Dictionary<string, int> _repeatsBefore = new(StringComparer.Ordinal);
    private HashSet<string> _triggers = [];
    private HashSet<string> _written = [];
    private DateTimeOffset? _start;
    private DateTimeOffset? _end;

    /// <summary>True while the action runs.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>When the last run ended; null before the first and while one runs.</summary>
    public DateTimeOffset? EndedAt => _end;

    /// <summary>How long the last run took; zero before the first and while one runs.</summary>
    public TimeSpan Duration => _end - _start ?? TimeSpan.Zero;

    public void Begin(DateTimeOffset now, IEnumerable<string> triggers)
    {
        // What was learnt of a path and did not happen in the whole last run is forgotten.
        foreach (var path in _triggers)
            if (!_written.Contains(path)) _learnt.Remove(path);
        (_start, _end, IsRunning) = (now, null, true);
        _triggers = [.. triggers];
        _written = [];
        (_repeatsBefore, _repeats) = (_repeats, new(StringComparer.Ordinal));
    }

    public void End(DateTimeOffset now) => (_end, IsRunning) = (now, false);

    /// <summary>Whether a change at this time may have been made by the last run, or by the one that goes on.</summary>
    public bool IsInRun(DateTimeOffset changed) =>
        _start is { } start && changed >= start - Tick && (_end is not { } end || changed <= end + Tick);

    /// <summary>Somebody else changed the path: what a run left there says nothing any more.</summary>
    public void Forget(string path)
    {
        _contents.Remove(path);
        _repeats.Remove(path);
    }

    /// <summary>Judges a change after the run's end; once for each path and run.</summary>
    /// <param name="path">The path that changed.</param>
    /// <param name="changed">When it was changed.</param>
    /// <param name="content">What is there now; null if that is not known.</param>
    public Authorship Judge(string path, DateTimeOffset changed, ulong? content)
    {
        if (_start is not { } start || _end is not { } end || !IsInRun(changed))
        {
            Forget(path);
            return Authorship.Foreign;
        }
        _written.Add(path);
        if (content is { } now && _contents.TryGetValue(path, out var before) && before == now) return Authorship.Own;
        if (content is not { } left) _contents.Remove(path);
        else if (_contents.Count < MostPaths || _contents.ContainsKey(path)) _contents[path] = left;
        if (_learnt.TryGetValue(path, out var usual) &&
            (IsNear(changed - start, usual.AfterStart) || IsNear(end - changed, usual.BeforeEnd))) return Authorship.Own;
        var runs = _repeats[path] = _repeatsBefore.GetValueOrDefault(path) + 1;
        return runs >= RunsUntilSuspect ? Authorship.Suspect : Authorship.Doubtful;
    }

    /// <summary>An experiment has shown that the path changes by the run: such changes are ignored while each run makes them.</summary>
    public void Learn(string path, DateTimeOffset changed)
    {
        if (_start is not { } start || _end is not { } end || _learnt.Count >= MostPaths) return;
        _learnt[path] = (changed - start, end - changed);
        _repeats.Remove(path);
    }

    private static bool IsNear(TimeSpan one, TimeSpan other) => (one - other).Duration() < Jitter;
}
