using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Bus;

/// <summary>
/// Every accepted event, one line each, in a file a day (UTC): <c>events/yyyy-MM-dd.jsonl</c>. A batch is one write, and one
/// flush where a publisher of the batch asked for it. While the disk refuses, durable events are not accepted and all
/// others go on without a journal; health says so until a write succeeds again.
/// </summary>
internal sealed partial class EventJournal(string directory, HistoryOptions options, TimeProvider time, IssueReport report, ILogger logger) : IDisposable
{
    private const string Issue = "bus.journal";

    // A file from further ahead is left over from a clock that was far from right.
    private const int DaysAhead = 400;

    // A buffer that one large event has blown up is not kept for the small ones that follow.
    private const int KeptBuffer = 1024 * 1024;

    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private Utf8JsonWriter? _writer;
    private JsonLines? _file;
    private DateOnly _day;
    private long _written;
    private long _reached;
    private bool _failing;

    /// <summary>Where the next event will be written; used as the router's checkpoint where there is none yet.</summary>
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

    /// <summary>Up to where it was written when last looked at; zero while it has not been opened. Waits for nobody, not for a flush either.</summary>
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
                    @event.JournalPosition = 0;
                    written.TrySetException(new IOException($"The event was not accepted, its journal cannot be written: {failure.Message}", failure));
                    continue;
                }
                accepted[count++] = @event;
                written?.TrySetResult();
            }
            CrashPoint.At(CrashStep.EventAcknowledged);
            return count;
        }
    }

    /// <summary>Where the last write failed: tries whether the disk takes something again, so that health does not wait for the next event.</summary>
    public void Retry()
    {
        lock (_gate)
        {
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
    }

    /// <summary>Removes the files that are past their days; after what is in them was recovered.</summary>
    public void RemoveOld()
    {
        lock (_gate) Prune();
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
            _writer?.Dispose();
        }
    }

    private Exception? Write(ReadOnlySpan<PublishedEvent> batch)
    {
        try
        {
            OpenToday();
            var durable = Format(batch);
            if (_buffer.WrittenCount > 0) _file!.Append(_buffer.WrittenSpan, durable);
            _written = _file!.Length;
            Volatile.Write(ref _reached, JournalPosition.Of(_day, _written));
            if (_failing) report(Issue, null);
            _failing = false;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (var (@event, _) in batch)
                if (!@event.Redelivered) @event.JournalPosition = 0;
            Report(e);
            // The file may be gone or read-only by now: it is opened afresh at the next batch.
            _file?.Dispose();
            _file = null;
            return e;
        }
    }

    // What is delivered again is in the journal already, and keeps its place.
    private bool Format(ReadOnlySpan<PublishedEvent> batch)
    {
        if (_buffer.Capacity > KeptBuffer) (_buffer, _writer) = (new ArrayBufferWriter<byte>(64 * 1024), null);
        _buffer.ResetWrittenCount();
        _writer ??= new Utf8JsonWriter(_buffer, EventJson.Format);
        var durable = false;
        foreach (var (@event, written) in batch)
        {
            if (@event.Redelivered) continue;
            _writer.Reset();
            EventJson.Write(_writer, @event);
            _writer.Flush();
            _buffer.Write("\n"u8);
            @event.JournalPosition = JournalPosition.Of(_day, _file!.Length + _buffer.WrittenCount);
            durable |= written is not null;
        }
        return durable;
    }

    private void OpenToday()
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        // A clock that was set back does not make the journal go back: positions only grow.
        if (_file is not null && today <= _day && _file.IsIntact()) return;
        Open();
        Prune();
    }

    private void Open()
    {
        _file?.Dispose();
        _file = null;
        JsonLines.MakeDirectory(directory);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        // Nor does one that was set back between two daemons: what is appended lies behind what the last one wrote.
        var newest = JournalPosition.Days(directory).LastOrDefault(day => day <= today.AddDays(DaysAhead));
        if (newest > today) today = newest;
        (_day, var written) = today > _day ? (today, 0) : (_day, _written);
        _file = JsonLines.Open(PathOf(_day), logger);
        // Where the file was removed or cut under us: what is appended has to lie behind every checkpoint.
        _file.ExtendTo(written);
        _written = _file.Length;
        Volatile.Write(ref _reached, JournalPosition.Of(_day, _written));
    }

    private void Prune()
    {
        foreach (var day in JournalPosition.Days(directory))
        {
            if (day >= _day.AddDays(-options.EventsDays) && day <= _day.AddDays(DaysAhead)) continue;
            var path = PathOf(day);
            SecureFile.MustBeOurs(path);
            File.Delete(path);
            BusLog.Pruned(logger, path, options.EventsDays);
        }
    }

    private void Report(Exception e)
    {
        if (!_failing) BusLog.WriteFailed(logger, directory, e.Message);
        _failing = true;
        report(Issue, $"The event journal cannot be written, webhooks and manual events are refused: {e.Message}; free space or mend the permissions", IssueSeverity.Unhealthy);
    }
}
