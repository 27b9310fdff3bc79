using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Bus;

/// <summary>
/// Every accepted event, one line each, in a file a day (UTC): <c>events/yyyy-MM-dd.jsonl</c>. A batch is one write, and one
/// flush if a publisher of the batch asked for it. While the disk refuses, durable events are not accepted and all
/// others go on without a journal; health says so until a write succeeds again.
/// </summary>
internal sealed class EventJournal(string directory, HistoryOptions options, TimeProvider time, IssueReport report, ILogger logger)
    : IDisposable
{
    private const string Issue = "bus.journal";

    private readonly Lock _gate = new();
    private readonly JournalAge _age = new(directory, options, time, report, logger);
    private readonly JournalBatch _batch = new();
    private JsonLines? _file;
    // The day that is written to, the calendar's day when that was decided, and the one on which old days were removed.
    private DateOnly _day, _seen, _removedOn;
    private long _written;
    private long _reached;
    private bool _failing;

    /// <summary>Reads what was written here.</summary>
    public JournalReader Reader { get; } = new(directory, report, logger);

    /// <summary>A day has begun since old ones were removed.</summary>
    public bool IsDayToRemove => _removedOn != Today;

    /// <summary>Where the oldest day begins; zero if there is none.</summary>
    public long Start => JournalDays.In(directory) is [var first, ..] ? JournalPosition.Of(first, 0) : 0;

    /// <summary>Where the next event will be written; a new project's ledger begins there.</summary>
    public long End
    {
        get
        {
            lock (_gate)
            {
                if (_file is null) Open();
                return JournalPosition.Of(_day, _file!.Length);
            }
        }
    }

    /// <summary>Up to where it was written when last looked at; zero while it has not been opened. Waits for nobody, not for a flush
    /// either.</summary>
    public long Reached => Volatile.Read(ref _reached);

    /// <summary>
    /// Writes a batch and tells the durable publishers. Returns how many events were accepted; they are in
    /// <paramref name="accepted"/>, in their order. Never throws for a failing disk.
    /// </summary>
    public int Append(ReadOnlySpan<PublishedEvent> batch, DaemonEvent[] accepted)
    {
        lock (_gate)
        {
            var failure = Write(batch);
            var count = 0;
            foreach (var (@event, written) in batch)
            {
                if (failure is not null && written is not null)
                {
                    written.TrySetException(
                        new IOException($"The event was not accepted, its journal cannot be written: {failure.Message}", failure)
                    );
                    continue;
                }
                // Withdrawn: nobody waits any more, and the sender was told that it was not taken.
                if (failure is null && @event.JournalPosition == 0) continue;
                accepted[count++] = @event;
                if (failure is null) @event.IsWritten(Reader);
                written?.TrySetResult();
            }
            CrashPoint.At(CrashStep.EventAcknowledged);
            return count;
        }
    }

    /// <summary>Where the last write failed: tries whether the disk takes something again, so that health does not wait for the next
    /// event.</summary>
    public void Retry()
    {
        // Somebody writes just now, and perhaps waits for the disk: a heartbeat does not wait with him.
        if (!_gate.TryEnter()) return;
        try
        {
            if (_file is not null) _age.Look(Today, _day);
            if (!_failing) return;
            try
            {
                OpenToday();
                // An empty line, which readers pass over.
                _file!.Append("\n"u8, flush: true);
                _written = _file.Length;
                _failing = false;
                report(Issue, null);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Report(e);
                _file?.Dispose();
                _file = null;
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Removes the days that are past their time, but for what lies behind <paramref name="neededFrom"/>. Waits for nobody: if
    /// somebody writes just now, the day stays one to remove.</summary>
    public void RemoveOld(long neededFrom)
    {
        if (!_gate.TryEnter()) return;
        try
        {
            var today = Today;
            _age.RemoveOld(today, _day, neededFrom);
            _removedOn = today;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Puts on the disk what the kernel still holds.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            try
            {
                _file?.Flush();
            }
            catch (IOException e)
            {
                Report(e);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
            _batch.Dispose();
        }
    }

    private Exception? Write(ReadOnlySpan<PublishedEvent> batch)
    {
        try
        {
            OpenToday();
            var durable = _batch.Format(batch, _day, _file!.Length);
            if (!_batch.Lines.IsEmpty) _file.Append(_batch.Lines, durable);
            _written = _file.Length;
            Volatile.Write(ref _reached, JournalPosition.Of(_day, _written));
            if (_failing) report(Issue, null);
            _failing = false;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (var (@event, _) in batch)
                if (!@event.Redelivered) (@event.JournalPosition, @event.LineLength) = (0, 0);
            Report(e);
            // The file may be gone or read-only by now: it is opened afresh at the next batch.
            _file?.Dispose();
            _file = null;
            return e;
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private void OpenToday()
    {
        var today = Today;
        if (_file is not null && today == _seen && _file.IsIntact()) return;
        // A clock that was set back does not make the journal go back: positions only grow.
        if (_file is not null && today < _seen && _file.IsIntact())
        {
            _seen = today;
            _age.Look(today, _day);
            return;
        }
        Open();
    }

    private void Open()
    {
        var isFirst = _day == default;
        _file?.Dispose();
        _file = null;
        JsonLines.MakeDirectory(directory);
        var today = Today;
        var newest = JournalDays.In(directory) is [.., var last] ? last : default;
        if (isFirst) _age.Begin(newest);
        // Nor does one that was set back between two daemons, however far: what is appended lies behind what the last one wrote.
        var day = Latest(newest > today ? DayAhead(newest, today) : today, _day);
        (_day, var written) = day > _day ? (day, 0) : (_day, _written);
        _seen = today;
        _age.Look(today, _day);
        _file = JsonLines.Open(PathOf(_day), logger);
        // If the file was removed or cut under us: what is appended has to lie behind every checkpoint.
        _file.ExtendTo(written);
        _written = _file.Length;
        Volatile.Write(ref _reached, JournalPosition.Of(_day, _written));
    }

    private static DateOnly Latest(DateOnly a, DateOnly b) => a > b ? a : b;

    // The names run ahead of the calendar since a clock was wrong: they go on by a day when the calendar does.
    private DateOnly DayAhead(DateOnly newest, DateOnly today) =>
        _age.WrittenOn(newest) < today && newest < DateOnly.MaxValue ? newest.AddDays(1) : newest;

    private string PathOf(DateOnly day) => Path.Combine(directory, JournalPosition.FileName(day));

    private void Report(Exception e)
    {
        if (!_failing) BusLog.WriteFailed(logger, directory, e.Message);
        _failing = true;
        report(
            Issue,
            $"The event journal cannot be written, webhooks and manual events are refused: {e.Message}; free space or mend the permissions",
            IssueSeverity.Unhealthy
        );
    }
}
