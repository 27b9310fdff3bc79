using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>
/// Remembers in <c>events/deliveries.jsonl</c> which actions came of which events, and whether they were started and
/// finished, so that a killed daemon neither loses an event nor runs one twice. A note costs one write; it is on the disk within two
/// seconds. If it is lost before, with the power, its events are delivered again from the journal: at least once. Thread-safe; a failing
/// disk degrades health, and the daemon goes on without the promise.
/// </summary>
internal sealed class RunStore : IDisposable
{
    /// <summary>In the directory of the journal.</summary>
    public const string FileName = "deliveries.jsonl";

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly EventJournal _journal;
    private readonly TimeProvider _time;
    private readonly IssueReport _report;
    private readonly ILogger _logger;
    private readonly LedgerOrigin? _here;
    private readonly LedgerFile _file;
    private LedgerState _state = new();
    private long _settled;

    public RunStore(
        string path, EventJournal journal, TimeProvider time, IssueReport report, ILogger logger, LedgerOrigin? here = null)
    {
        (_path, _journal, _time, _report, _logger, _here) = (path, journal, time, report, logger, here);
        _file = new LedgerFile(path, here, _gate, time, report, logger);
    }

    /// <summary>For what waits in the journal, and for the events of what has ended.</summary>
    public JournalReader Journal => _journal.Reader;

    /// <summary>Up to where in the journal nothing is owed: what state.json keeps for a start that finds no ledger.</summary>
    public long Settled
    {
        get { lock (_gate) return _settled = _state.Settled; }
    }

    /// <summary>As <see cref="Settled"/>, or what it was when last asked for if a note waits for the disk just now.</summary>
    public long LastSettled
    {
        get
        {
            if (!_gate.TryEnter()) return Volatile.Read(ref _settled);
            try
            {
                return _settled = _state.Settled;
            }
            finally
            {
                _gate.Exit();
            }
        }
    }

    /// <summary>Up to where in the journal everything has been routed, or is noted as waiting there.</summary>
    public long Checkpoint
    {
        get { lock (_gate) return _state.Checkpoint; }
    }

    /// <summary>As <see cref="Recover(RecoverySources)"/>, with nothing else to ask.</summary>
    public Recovery Recover(Func<string, bool> outputExists) => Recover(new RecoverySources(outputExists));

    /// <summary>
    /// Reads what the last daemon left, before anything is published. If the ledger is missing, empty or damaged, goes back to where it can
    /// be believed, or to what <paramref name="sources"/> or the journal's beginning say, never forward. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if a file is there and cannot be read, or a newer version wrote it: going on without it
    /// would lose what it promises.
    /// </summary>
    public Recovery Recover(RecoverySources sources)
    {
        lock (_gate)
        {
            var found = new LedgerRecovery(_path, _journal, sources, _report, _logger);
            found.Read();
            var end = 0L;
            _file.Try(() => end = _journal.End);
            found.Judge(end);
            _state = found.State;
            _file.Try(() => _file.Begin(_state, found.NextNumber, rewrite: found.IsToBeReplaced(_here), flush: found.HadLines));
            _file.Try(() => _journal.RemoveOld(_state.Settled));
            return found.Left(end);
        }
    }

    /// <summary>
    /// Notes what a burst of events led to and that the journal has been routed up to <paramref name="position"/>, in one write.
    /// To be called before any of the actions can start.
    /// </summary>
    /// <param name="routed">Events, and the run that each became part of.</param>
    /// <param name="position">In the journal.</param>
    /// <param name="deferrals">What waits in the journal from now on, and what does not any more.</param>
    public void Routed(IReadOnlyList<RoutedEvent> routed, long position, IReadOnlyList<Deferral>? deferrals = null)
    {
        lock (_gate)
        {
            _file.Lines.Clear();
            foreach (var item in routed)
            {
                _state.Apply(item);
                _file.Lines.Routed(item);
            }
            foreach (var deferral in deferrals ?? [])
            {
                _state.Apply(deferral);
                _file.Lines.Deferred(deferral);
            }
            if (_state.ApplyCheckpoint(position)) _file.Lines.Checkpoint(position);
            _file.Append(_state);
        }
    }

    public void Started(string actionId, ProcessIdentity process)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _state.ApplyStarted(actionId, process, now);
            _file.Lines.Clear();
            _file.Lines.Started(actionId, process, now);
            _file.Append(_state);
        }
    }

    /// <param name="actionId">The action.</param>
    /// <param name="status">For the reader of the file: the action's last status, or <c>dropped</c> if it never became one.</param>
    public void Finished(string actionId, string status)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _state.ApplyFinished(actionId, status, now);
            _file.Lines.Clear();
            _file.Lines.Finished(actionId, status, now);
            _file.Append(_state);
        }
    }

    /// <summary>A person holds the run, or does not any more: what was noted so far, and this, is on the disk on return, or health says why
    /// not.</summary>
    public void Hold(string actionId, bool isHeld)
    {
        lock (_gate)
        {
            _state.ApplyHold(actionId, isHeld);
            _file.Lines.Clear();
            _file.Lines.Hold(actionId, isHeld);
            _file.Append(_state);
        }
        _file.Flush();
    }

    /// <summary>Where the events of a run that has ended are; null if it is not known any more.</summary>
    public EndedRun? FindEnded(string actionId)
    {
        lock (_gate) return _state.Ended.Find(actionId);
    }

    /// <summary>What was noted so far is on the disk on return, or health says why not.</summary>
    public void Flush() => _file.Flush();

    /// <summary>
    /// On a heartbeat: if the last note failed, writes the file anew, so that health does not wait for the next action; and lets the
    /// journal remove the days that nobody needs any more.
    /// </summary>
    public void Retry()
    {
        // Somebody notes something just now: a heartbeat does not wait with him.
        if (!_gate.TryEnter()) return;
        try
        {
            _file.Retry(_state);
            if (_journal.IsDayToRemove) _file.Try(() => _journal.RemoveOld(_state.Settled));
        }
        finally
        {
            _gate.Exit();
        }
    }

    public void Dispose()
    {
        lock (_gate) _file.Dispose();
    }
}
