using System.Buffers;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Bus;

/// <summary>
/// Remembers in <c>events/deliveries.jsonl</c> which actions came of which events, and whether they were started and
/// finished, so that a killed daemon neither loses an event nor runs one twice. What is noted here survives the process,
/// not the loss of power: a note costs one write and no flush. Thread-safe; a failing disk degrades health, and the
/// daemon goes on without the promise.
/// </summary>
internal sealed class DeliveryLedger(string path, EventJournal journal, TimeProvider time, IssueReport report, ILogger logger) : IDisposable
{
    /// <summary>In the directory of the journal.</summary>
    public const string FileName = "deliveries.jsonl";

    private const string Issue = "bus.ledger";
    private const long CompactAbove = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private LedgerState _state = new();
    private JsonLines? _file;
    private bool _failing;

    /// <summary>
    /// Reads what the last daemon left, before anything is published. <paramref name="outputExists"/> says whether an action's
    /// output file is there: its child creates it in the instant before it becomes the program, so that an action counts as
    /// started although no line could say so any more. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>
    /// where a file is there and cannot be read: going on without it would lose what it promises.
    /// </summary>
    public Recovery Recover(Func<string, bool> outputExists)
    {
        lock (_gate)
        {
            var routedTo = new Dictionary<Guid, HashSet<string>>();
            _state = new LedgerState();
            Load(routedTo);
            Guard(() =>
            {
                var end = journal.End;
                if (_state.Checkpoint == 0) _state.ApplyCheckpoint(end);
                else _state.ClampCheckpoint(end);
            });
            var unrouted = new List<Redelivery>();
            // None where this ledger is the first and the journal cannot be opened: then nothing is known, and nothing is owed.
            if (_state.Checkpoint > 0) unrouted.AddRange(journal.ReadFrom(_state.Checkpoint).Select(e => new Redelivery(Again(e), Routed(e.Id))));
            Guard(Compact);
            Guard(journal.RemoveOld);
            var started = _state.Live.ToLookup(action => action.Process is not null || outputExists(action.Id));
            return new Recovery(
                unrouted,
                [.. started[false].Select(a => new OwedAction(a.Id, a.RuleId, a.Attempt, [.. a.Events.Select(Again)]))],
                [.. started[true].Select(a => new LostRun(a.Id, a.RuleId, a.Attempt, [.. a.Events], a.Process, a.StartedAt))]);

            IReadOnlySet<string> Routed(Guid id) => routedTo.GetValueOrDefault(id) ?? [];
        }
    }

    /// <summary>
    /// Notes what a burst of events led to and that the journal has been routed up to <paramref name="position"/>, in one write.
    /// To be called before any of the actions can start.
    /// </summary>
    public void Routed(IReadOnlyList<RoutedEvent> routed, long position)
    {
        lock (_gate)
        {
            _buffer.ResetWrittenCount();
            foreach (var item in routed)
            {
                _state.Apply(item);
                LedgerRecord.Routed(_buffer, item);
            }
            if (_state.ApplyCheckpoint(position)) LedgerRecord.Checkpoint(_buffer, position);
            Append();
        }
    }

    public void Started(string actionId, ProcessIdentity process)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            _state.ApplyStarted(actionId, process, now);
            _buffer.ResetWrittenCount();
            LedgerRecord.Started(_buffer, actionId, process, now);
            Append();
        }
    }

    /// <param name="actionId">The action.</param>
    /// <param name="status">For the reader of the file: the action's last status, or <c>dropped</c> where it never became one.</param>
    public void Finished(string actionId, string status)
    {
        lock (_gate)
        {
            _state.ApplyFinished(actionId);
            _buffer.ResetWrittenCount();
            LedgerRecord.Finished(_buffer, actionId, status);
            Append();
        }
    }

    /// <summary>Where the last note failed: writes the file anew, so that health does not wait for the next action.</summary>
    public void Retry()
    {
        lock (_gate)
        {
            if (_failing) Guard(Compact);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Load(Dictionary<Guid, HashSet<string>> routedTo)
    {
        var number = 0;
        foreach (var (line, _) in JsonLines.Read(path))
        {
            number++;
            if (!_state.Apply(line.Span, Remember, out var error)) BusLog.UnreadableLine(logger, path, number, error!);
        }

        void Remember(RoutedEvent routed)
        {
            if (!routedTo.TryGetValue(routed.Event.Id, out var rules)) routedTo.Add(routed.Event.Id, rules = []);
            rules.Add(routed.RuleId);
        }
    }

    private void Append()
    {
        if (_buffer.WrittenCount == 0) return;
        Guard(() =>
        {
            if (_failing || _file?.IsIntact() == false)
            {
                // Removed, replaced or cut under us, or without what the disk refused before: written anew from what is known
                // here, which holds what is to be appended.
                Compact();
                return;
            }
            _file ??= JsonLines.Open(path, logger);
            _file.Append(_buffer.WrittenSpan);
            // Between two bursts: the checkpoint covers every event whose lines are dropped here.
            if (_file.Length > CompactAbove && _file.Length > 4 * _state.LiveBytes) Compact();
        });
    }

    private void Compact()
    {
        _file?.Dispose();
        _file = null;
        var buffer = new ArrayBufferWriter<byte>();
        _state.WriteTo(buffer);
        JsonLines.MakeDirectory(Path.GetDirectoryName(path)!);
        SecureFile.Replace(path, buffer.WrittenSpan, SecureFile.Private);
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
            if (!_failing) BusLog.WriteFailed(logger, path, e.Message);
            _failing = true;
            report(Issue, $"The delivery ledger {path} cannot be used: {e.Message}; free space or mend the permissions, else a crash may lose or repeat actions");
        }
    }

    private static DaemonEvent Again(DaemonEvent @event) => new()
    {
        Id = @event.Id,
        Timestamp = @event.Timestamp,
        Source = @event.Source,
        Type = @event.Type,
        Subject = @event.Subject,
        Payload = @event.Payload,
        JournalPosition = @event.JournalPosition,
        Redelivered = true,
    };
}
