namespace AiwgDaemon.Rules;

/// <summary>What is to be done with a change that falls into the time of a rule's own action.</summary>
internal enum Authorship
{
    /// <summary>Somebody else's: the rule fires.</summary>
    Foreign,

    /// <summary>Cannot be told: the rule fires once more, and if the same path changes again meanwhile, it is its own.</summary>
    Doubtful,

    /// <summary>The action's: ignored.</summary>
    Own,
}

/// <summary>
/// Tells changes that a rule's action made from those that people made meanwhile, by when the file was last written: after
/// the action's end it was not the action; during the run a program writes its trigger's result as it begins or as it ends,
/// and a person at any time. A wrong guess costs one run, is learnt from, and cannot repeat: no chain of runs arises.
/// Pure; not thread-safe.
/// </summary>
internal sealed class OwnChanges
{
    private const int MaxLearnt = 4096;

    // Time stamps of files come from the kernel's coarse clock, which lags by a tick of up to 10 ms.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Edge = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<string> _learnt = [];
    private HashSet<string> _triggers = [];
    private HashSet<string> _doubtful = [];
    private HashSet<string> _nextDoubtful = [];
    private HashSet<string> _written = [];
    private DateTimeOffset? _start;
    private DateTimeOffset? _end;

    /// <summary>True while the action runs.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>When the last run ended; null before the first and while one runs.</summary>
    public DateTimeOffset? EndedAt => _end;

    public void Begin(DateTimeOffset now, IEnumerable<string> triggers)
    {
        // What was learnt of a path and did not happen in the whole last run is forgotten.
        _learnt.RemoveWhere(path => _triggers.Contains(path) && !_written.Contains(path));
        (_start, _end, IsRunning) = (now, null, true);
        _triggers = [.. triggers];
        (_doubtful, _nextDoubtful, _written) = (_nextDoubtful, [], []);
    }

    public void End(DateTimeOffset now) => (_end, IsRunning) = (now, false);

    /// <param name="path">The path that changed.</param>
    /// <param name="lastWrite">When it was last written; null where it is gone or cannot be asked.</param>
    /// <param name="eventTime">When the change was reported.</param>
    public Authorship Judge(string path, DateTimeOffset? lastWrite, DateTimeOffset eventTime)
    {
        if (_start is not { } start || _end is not { } end) return Authorship.Foreign;
        var written = lastWrite ?? eventTime;
        if (written < start - Tick || written > end + Tick) return Authorship.Foreign;
        _written.Add(path);
        if (_learnt.Contains(path)) return Authorship.Own;
        if (_doubtful.Contains(path))
        {
            if (_learnt.Count < MaxLearnt) _learnt.Add(path);
            return Authorship.Own;
        }
        var atEdge = written - start < Edge || end - written < Edge;
        if (_triggers.Contains(path) && atEdge) return Authorship.Own;
        _nextDoubtful.Add(path);
        return Authorship.Doubtful;
    }
}
