using System.Buffers.Binary;
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
internal sealed class RunStore(
    string path, EventJournal journal, TimeProvider time, IssueReport report, ILogger logger, LedgerOrigin? here = null) : IDisposable
{
    /// <summary>In the directory of the journal.</summary>
    public const string FileName = "deliveries.jsonl";

    private const string Issue = "bus.ledger";
    private const string DamageIssue = "bus.ledger.damaged";
    private const long CompactAbove = 1024 * 1024;
    private const long ReadThrough = 1024 * 1024;
    private static readonly long LastMillisecond = new DateTimeOffset(9999, 12, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly TimeSpan FlushDelay = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly LedgerWriter _writer = new();
    private LedgerState _state = new(journal);
    private JsonLines? _file;
    private ITimer? _flush;
    private long _settled;
    private bool _failing, _flushPending;

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

    /// <summary>As <see cref="EventJournal.ReadFrom(long, long)"/>, for what waits there.</summary>
    public IEnumerable<DaemonEvent> ReadJournal(long from, long until) => journal.ReadFrom(from, until);

    /// <summary>As <see cref="Recover(RecoverySources)"/>, with nothing else to ask.</summary>
    public Recovery Recover(Func<string, bool> outputExists) => Recover(new RecoverySources(outputExists));

    /// <summary>
    /// Reads what the last daemon left, before anything is published. If the ledger is missing, empty or damaged, goes back to where it can
    /// be
    /// believed, or to what <paramref name="sources"/> or the journal's beginning say, never forward. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if a file is there and cannot be read, or a newer version wrote it: going on without it
    /// would lose what it promises.
    /// </summary>
    public Recovery Recover(RecoverySources sources)
    {
        lock (_gate)
        {
            journal.NeededFrom = () => Settled;
            var routedTo = new Dictionary<Guid, HashSet<string>>();
            _state = new LedgerState(journal);
            Load(routedTo);
            var relation = _state.Origin is { } origin ? sources.RelationTo(origin) : OriginRelation.Same;
            var end = 0L;
            Guard(() => end = journal.End);
            if (relation == OriginRelation.Copy) return BeginAsCopy(end);

            var isNew = _state.Lines == 0;
            var goesBack = GoBack(end, sources.Settled);
            if (_state.Damage is not null || goesBack)
            {
                foreach (var (@event, rule) in sources.Started())
                    Remember(routedTo, @event, rule);
                Report(
                    isNew ? "is missing or empty"
                        : _state.Damage is { } damage ? $"is damaged ({damage})"
                        : "has no checkpoint",
                    keep: File.Exists(path)
                );
            }
            Guard(() =>
                Begin(
                    rewrite: isNew || _state.Damage is not null || _state.Version < LedgerWriter.Version || _state.Origin != here,
                    flush: !isNew
                )
            );
            Guard(journal.RemoveOld);
            var from = _state.Checkpoint;
            var started = _state.Live.ToLookup(action => !action.IsHeld && (action.Process is not null || sources.OutputExists(action.Id)));
            return new Recovery(
                // None where the journal cannot be opened and this ledger is the first: then nothing is known, and nothing is owed.
                from == 0
                    ? []
                    : journal.ReadFrom(from, end).Select(e => new Redelivery(e.Again(), Routed(e.Id))),
                [
                    .. started[false]
                        .Select(a => new OwedAction(
                            a.Id,
                            a.RuleId,
                            a.Attempt,
                            [.. a.Events.Select(e => e.Again())],
                            a.IsHeld,
                            a.IsHeldByHand
                        )),
                ],
                [.. started[true].Select(a => new LostRun(a.Id, a.RuleId, a.Attempt, [.. a.Events], a.Process, a.StartedAt))]
            )
            {
                Deferred = new Dictionary<string, long>(_state.Deferred, StringComparer.Ordinal),
                WasRouted = (id, rule) => routedTo.TryGetValue(id, out var rules) && rules.Contains(rule),
                MayEndProcesses = relation == OriginRelation.Same,
            };

            IReadOnlySet<string> Routed(Guid id) => routedTo.GetValueOrDefault(id) ?? [];
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
            _writer.Clear();
            foreach (var item in routed)
            {
                _state.Apply(item);
                _writer.Routed(item);
            }
            foreach (var deferral in deferrals ?? [])
            {
                _state.Apply(deferral);
                _writer.Deferred(deferral);
            }
            if (_state.ApplyCheckpoint(position)) _writer.Checkpoint(position);
            Append();
        }
    }

    public void Started(string actionId, ProcessIdentity process)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            _state.ApplyStarted(actionId, process, now);
            _writer.Clear();
            _writer.Started(actionId, process, now);
            Append();
        }
    }

    /// <param name="actionId">The action.</param>
    /// <param name="status">For the reader of the file: the action's last status, or <c>dropped</c> where it never became one.</param>
    public void Finished(string actionId, string status)
    {
        lock (_gate)
        {
            _state.ApplyFinished(actionId, status);
            _writer.Clear();
            _writer.Finished(actionId, status);
            Append();
        }
    }

    /// <summary>A person holds the run, or does not any more: what was noted so far, and this, is on the disk on return, or health says why
    /// not.</summary>
    public void Hold(string actionId, bool isHeld)
    {
        lock (_gate)
        {
            _state.ApplyHold(actionId, isHeld);
            _writer.Clear();
            _writer.Hold(actionId, isHeld);
            Append();
        }
        Flush();
    }

    /// <summary>
    /// The events of a run that has ended, oldest first; null if it is not known any more. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if they cannot be read in the journal, or are not there any more.
    /// </summary>
    public IReadOnlyList<DaemonEvent>? EventsOf(string actionId)
    {
        EndedRun? run;
        lock (_gate) run = _state.Ended.Find(actionId);
        if (run is null) return null;
        var wanted = run.Events.ToHashSet();
        var found = new List<DaemonEvent>(run.Events.Count);
        foreach (var (first, last) in Stretches(run))
            found.AddRange(journal.ReadFrom(first, last).Where(e => wanted.Contains((e.JournalPosition, e.LineLength))));
        if (found.Count == run.Events.Count)
            return found;
        throw new IOException(
            $"{run.Events.Count - found.Count} of the {run.Events.Count} events of {actionId} are not in the journal any more "
                + "(daemon.history.events_days says how long they are kept)"
        );
    }

    /// <summary>An event by its id, in the file of the day that the id tells; null if it is not there.</summary>
    public DaemonEvent? Find(Guid id)
    {
        // The first 48 bits of a UUID of version 7 are Unix milliseconds.
        var milliseconds = (long)(ToUInt128(id) >> 80);
        if (milliseconds >= LastMillisecond) return null;
        var day = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);
        return journal.ReadFrom(JournalPosition.Of(day, 0), JournalPosition.Of(day.AddDays(2), 0)).FirstOrDefault(e => e.Id == id);
    }

    private static UInt128 ToUInt128(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    // Read in one go as long as little lies between them.
    private static IEnumerable<(long First, long Last)> Stretches(EndedRun run)
    {
        var places = run.Events.OrderBy(static e => e.Position).ToList();
        for (var i = 0; i < places.Count;)
        {
            var (first, last) = (places[i].Position - places[i].Length, places[i].Position);
            for (i++; i < places.Count && places[i].Position - last < ReadThrough; i++) last = places[i].Position;
            yield return (first, last);
        }
    }

    /// <summary>Where the last note failed: writes the file anew, so that health does not wait for the next action.</summary>
    public void Retry()
    {
        // Somebody notes something just now: a heartbeat does not wait with him.
        if (!_gate.TryEnter()) return;
        try
        {
            if (_failing) Guard(() => Compact(flush: true));
        }
        finally
        {
            _gate.Exit();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _flush?.Dispose();
            if (_flushPending && _file is not null) Guard(_file.Flush);
            _file?.Dispose();
            _file = null;
            _writer.Dispose();
        }
    }

    private void Load(Dictionary<Guid, HashSet<string>> routedTo)
    {
        foreach (var (line, _) in JsonLines.Read(path))
        {
            if (!_state.Apply(line.Span, routed => Remember(routedTo, routed.Event.Id, routed.RuleId), out var error))
                BusLog.UnreadableLine(logger, path, _state.Lines, error!);
            if (_state.Version > LedgerWriter.Version)
                throw new IOException(
                    $"{path} was written by a newer version of aiwg-daemon (format {_state.Version}, this one reads up to "
                        + $"{LedgerWriter.Version}); start that version"
                );
        }
    }

    private static void Remember(Dictionary<Guid, HashSet<string>> routedTo, Guid @event, string rule)
    {
        if (!routedTo.TryGetValue(@event, out var rules)) routedTo.Add(@event, rules = []);
        rules.Add(rule);
    }

    // The original's are its own: nothing of it is taken up, and the new ledger begins at the end of the journal.
    private Recovery BeginAsCopy(long end)
    {
        var live = _state.Live.Count();
        var from = _state.Origin!.Project;
        _state = new LedgerState(journal);
        _state.ApplyCheckpoint(end);
        var kept = SetAside("copied");
        var message =
            $"This project is a copy of {from}: what was under way or waiting there ({live} runs) is left to it, and this copy begins "
                + $"with nothing to do; {kept}";
        BusLog.Copied(logger, message);
        report("bus.ledger.copy", message);
        Guard(() => Begin(rewrite: true, flush: true));
        return Recovery.Nothing with { MayEndProcesses = false };
    }

    // True if events are delivered again because no line says that they have been.
    private bool GoBack(long end, long settled)
    {
        if (end == 0) return false;
        if (_state.Checkpoint > 0)
        {
            _state.ClampCheckpoint(end);
            return false;
        }
        var start = Math.Min(journal.Start, end);
        _state.ApplyCheckpoint(JournalPosition.IsValid(settled) && settled > start ? Math.Min(settled, end) : start);
        return _state.Checkpoint < end;
    }

    private void Report(string what, bool keep)
    {
        var message =
            $"The delivery ledger {path} {what}: events since {JournalPosition.Describe(_state.Checkpoint)} are delivered again, and a "
                + "run of them that had "
            + $"ended may run once more; {(keep ? SetAside("damaged") : "nothing is left of it")}";
        BusLog.LedgerDamaged(logger, message);
        report(DamageIssue, message);
    }

    private string SetAside(string word)
    {
        try
        {
            return $"what was there is kept in {SecureFile.SetAside(path, word)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be set aside ({e.Message}) and is written anew";
        }
    }

    private void Begin(bool rewrite, bool flush)
    {
        if (rewrite)
        {
            Compact(flush);
            return;
        }
        _file = JsonLines.Open(path, logger);
        _writer.Number = _state.NextNumber;
    }

    private void Append()
    {
        if (_writer.Written.IsEmpty) return;
        Guard(() =>
        {
            if (_failing || _file?.IsIntact() != true)
            {
                // Removed, replaced or cut under us, or without what the disk refused before: written anew from what is known
                // here, which holds what is to be appended.
                Compact(flush: true);
                return;
            }
            _file.Append(_writer.Written);
            FlushSoon();
            // Between two bursts: the checkpoint covers every event whose lines are dropped here.
            if (_file.Length > CompactAbove && _file.Length > 4 * _state.LiveBytes) Compact(flush: true);
        });
    }

    private void Compact(bool flush)
    {
        _file?.Dispose();
        _file = null;
        JsonLines.MakeDirectory(Path.GetDirectoryName(path)!);
        _writer.Number = 1;
        SecureFile.Replace(path, _state.Write(_writer, here), SecureFile.Private, flush);
        _file = JsonLines.Open(path, logger);
    }

    // Not with each note: a run that is repeated after a loss of power costs less than a flush for every run.
    private void FlushSoon()
    {
        if (_flushPending) return;
        _flushPending = true;
        _flush ??= time.CreateTimer(
            static self => ThreadPool.UnsafeQueueUserWorkItem(static ledger => ledger.Flush(), (RunStore)self!, preferLocal: false),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _flush.Change(FlushDelay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What was noted so far is on the disk on return, or health says why not.</summary>
    public void Flush()
    {
        JsonLines? file;
        lock (_gate)
        {
            _flushPending = false;
            file = _file;
        }
        try
        {
            // Outside the lock: notes go on meanwhile.
            file?.Flush();
        }
        catch (ObjectDisposedException)
        {
            // Written anew and flushed meanwhile, or closed.
        }
        catch (IOException e)
        {
            lock (_gate) Fail(e);
        }
    }

    private void Guard(Action write)
    {
        try
        {
            write();
            if (_failing) report(Issue, null);
            _failing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
        }
    }

    private void Fail(Exception e)
    {
        if (!_failing) BusLog.WriteFailed(logger, path, e.Message);
        _failing = true;
        report(
            Issue,
            $"The delivery ledger {path} cannot be used: {e.Message}; free space or mend the permissions, else a crash may lose or "
                + "repeat actions"
        );
    }
}
