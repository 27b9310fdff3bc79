using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Runs;

/// <summary>Makes the lines of a delivery ledger, numbered one after the other, in a buffer that its user empties. Not
/// thread-safe.</summary>
internal sealed class LedgerWriter : IDisposable
{
    /// <summary>The format that this version writes, and the newest that it reads.</summary>
    public const int Version = 3;

    // What is larger is not copied from the journal: the line says where it is.
    private const int LargestCopy = 1024;

    // A buffer that many lines have blown up is not kept for the few that follow.
    private const int KeptBuffer = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _record = new(1024);
    private readonly Utf8JsonWriter _json;
    private ArrayBufferWriter<byte> _lines = new(4096);

    public LedgerWriter() => _json = new Utf8JsonWriter(_record, EventJson.Format);

    /// <summary>The number of the next line.</summary>
    public long Number { get; set; } = 1;

    /// <summary>The lines since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => _lines.WrittenSpan;

    public void Dispose() => _json.Dispose();

    public void Clear()
    {
        if (_lines.Capacity > KeptBuffer)
            _lines = new ArrayBufferWriter<byte>(4096);
        else
            _lines.ResetWrittenCount();
    }

    /// <summary>The first line. Up to <paramref name="settled"/> in the journal nothing is owed, whatever becomes of the other
    /// lines.</summary>
    public void Header(LedgerOrigin? origin, long settled) => Line("ledger"u8, (origin, settled), static (json, h) =>
        {
            json.WriteNumber("version"u8, Version);
            json.WriteNumber("settled"u8, h.settled);
            if (h.origin is null)
                return;
            json.WriteString("project"u8, h.origin.Project);
            json.WriteNumber("inode"u8, h.origin.Inode);
        });

    public void Routed(RoutedEvent routed) => Line("routed"u8, routed, static (json, r) =>
        {
            json.WriteString("action"u8, r.ActionId);
            json.WriteString("rule"u8, r.RuleId);
            json.WriteNumber("attempt"u8, r.Attempt);
            if (r.IsHeld)
                json.WriteBoolean("held"u8, true);
            if (r.Event.JournalPosition > 0)
            {
                json.WriteNumber("position"u8, r.Event.JournalPosition);
                json.WriteNumber("length"u8, r.Event.LineLength);
            }
            json.WritePropertyName("event"u8);
            EventJson.Write(json, r.Event, withPayload: r.Event.PayloadLength <= LargestCopy || !r.Event.IsOnDisk);
        });

    public void Started(string actionId, ProcessIdentity process, DateTimeOffset at) =>
        Line("started"u8, (actionId, process, at), static (json, s) =>
        {
            json.WriteString("action"u8, s.actionId);
            json.WriteNumber("pid"u8, s.process.Pid);
            json.WriteNumber("start_time"u8, s.process.StartTime);
            json.WriteString("boot_id"u8, s.process.BootId);
            json.WriteString("at"u8, s.at.UtcDateTime);
        });

    public void Finished(string actionId, string status, DateTimeOffset? at) =>
        Line("finished"u8, (actionId, status, at), static (json, f) =>
        {
            json.WriteString("action"u8, f.actionId);
            json.WriteString("status"u8, f.status);
            if (f.at is { } at) json.WriteString("at"u8, at.UtcDateTime);
        });

    /// <summary>A person holds the run, or does not any more.</summary>
    public void Hold(string actionId, bool isHeld) => Line("hold"u8, (actionId, isHeld), static (json, h) =>
        {
            json.WriteString("action"u8, h.actionId);
            json.WriteBoolean("held"u8, h.isHeld);
        });

    /// <summary>How a run ended, and where its events are, so that it can be run again.</summary>
    public void Ended(EndedRun run) => Line("ended"u8, run, static (json, r) =>
        {
            json.WriteString("action"u8, r.Id);
            json.WriteString("rule"u8, r.RuleId);
            json.WriteNumber("attempt"u8, r.Attempt);
            json.WriteString("status"u8, r.Status);
            if (r.At is { } at) json.WriteString("at"u8, at.UtcDateTime);
            json.WriteStartArray("events"u8);
            foreach (var (position, length) in r.Events)
            {
                json.WriteNumberValue(position);
                json.WriteNumberValue(length);
            }
            json.WriteEndArray();
        });

    public void Checkpoint(long position) => Line("checkpoint"u8, position, static (json, p) => json.WriteNumber("position"u8, p));

    public void Deferred(Deferral deferral) => Line("deferred"u8, deferral, static (json, d) =>
        {
            json.WriteString("rule"u8, d.RuleId);
            json.WriteNumber("from"u8, d.From);
        });

    private void Line<T>(ReadOnlySpan<byte> kind, T value, Action<Utf8JsonWriter, T> write)
    {
        _record.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("record"u8, kind);
        write(_json, value);
        _json.WriteEndObject();
        _json.Flush();
        LedgerLine.Write(_lines, _record.WrittenSpan, Number++);
    }
}
