using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AiwgDaemon.Events;

/// <summary>
/// One thing that happened. The payload is kept as UTF-8 JSON, so that journal, actions and clients get the same bytes without
/// serialising again. A large one is in memory only until it is in the journal, and is read from there when somebody asks.
/// </summary>
internal sealed class DaemonEvent
{
    /// <summary>A payload up to this size stays in memory with its event; in bytes.</summary>
    public const int KeptPayload = 4096;

    private byte[]? _payload;
    private WeakReference<byte[]>? _read;
    private IPayloadStore? _store;
    private StrongBox<JsonElement>? _parsed;

    /// <summary>UUID version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    public required EventSource Source { get; init; }

    /// <summary>For instance <c>file.modify</c>, <c>cron.fired</c>, <c>webhook.received</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What rules select on and log lines show: the path, the job id or the endpoint; empty if there is none.</summary>
    public required string Subject { get; init; }

    /// <summary>
    /// One JSON value in UTF-8; an object for every source but <see cref="EventSource.Manual"/>, which may carry any value. An
    /// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it is in the journal only and cannot be read there.
    /// </summary>
    public required ReadOnlyMemory<byte> Payload
    {
        get => _payload is { } kept ? kept.AsMemory(0, PayloadLength) : Load();
        init => (_payload, PayloadLength) = (Array(value), value.Length);
    }

    /// <summary>In bytes; of an event that the ledger knows without its payload, an upper bound.</summary>
    public int PayloadLength { get; private init; }

    /// <summary>True if the event had been accepted by an earlier process and is delivered again.</summary>
    public bool Redelivered { get; init; }

    /// <summary>
    /// When the file was last changed, by this machine's clock; null if the source does not know it better than <see cref="Timestamp"/>.
    /// Not stored: it only says whether the change falls into a run of this process.
    /// </summary>
    public DateTimeOffset? Changed { get; init; }

    /// <summary>
    /// The action that published the event, so that a rule which sets itself off is recognised; null if nobody said so. Not stored: a chain
    /// that a crash interrupts is counted anew.
    /// </summary>
    public string? CausedBy { get; init; }

    /// <summary>
    /// Where the event's line ends in the journal (see <see cref="Events.JournalPosition"/>); zero while it is not written.
    /// The dispatcher sets it before anyone else sees the event.
    /// </summary>
    public long JournalPosition { get; set; }

    /// <summary>Length of that line in bytes with its end; zero if it is not known.</summary>
    public int LineLength { get; set; }

    /// <summary>Where the event's line begins; the beginning of its day if that is not known.</summary>
    public long LineStart =>
        LineLength > 0 ? JournalPosition - LineLength : Events.JournalPosition.Of(Events.JournalPosition.Day(JournalPosition), 0);

    /// <summary>True if the payload can be read from the journal.</summary>
    public bool IsOnDisk => _store is not null;

    /// <summary>What the payload takes in memory, in bytes.</summary>
    public int BytesHeld => _payload is null ? 0 : PayloadLength;

    /// <summary>The payload parsed, on first use and again after <see cref="Shed"/>.</summary>
    public JsonElement PayloadJson => (_parsed ??= new StrongBox<JsonElement>(Parse(Payload))).Value;

    /// <summary>An event of which the ledger has all but the payload.</summary>
    public static DaemonEvent InJournal(
        Guid id,
        DateTimeOffset timestamp,
        EventSource source,
        string type,
        string subject,
        int length,
        IPayloadStore store
    ) =>
        new()
        {
            Id = id,
            Timestamp = timestamp,
            Source = source,
            Type = type,
            Subject = subject,
            Payload = default,
            PayloadLength = length,
            _payload = null,
            _store = store,
        };

    /// <summary>The same event, marked as delivered again.</summary>
    public DaemonEvent Again() => new()
    {
        Id = Id, Timestamp = Timestamp, Source = Source, Type = Type, Subject = Subject, Payload = default,
        _payload = _payload, PayloadLength = PayloadLength, _store = _store, JournalPosition = JournalPosition, LineLength = LineLength,
        Changed = Changed, Redelivered = true,
    };

    /// <summary>The event's line is in this journal at <see cref="JournalPosition"/>: a large payload leaves memory.</summary>
    public void IsWritten(IPayloadStore store)
    {
        _store = store;
        if (PayloadLength > KeptPayload) _payload = null;
    }

    /// <summary>Lets go of the parsed payload: it takes several times the memory of the text, and an event may wait for long.</summary>
    public void Shed() => _parsed = null;

    // Read again and again by those who make one run of it: kept for as long as the collector finds room.
    private byte[] Load()
    {
        if (_read?.TryGetTarget(out var read) == true) return read;
        var payload = _store!.ReadPayload(this);
        _read = new WeakReference<byte[]>(payload);
        return payload;
    }

    private static byte[] Array(ReadOnlyMemory<byte> value) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(value, out var segment) && segment.Offset == 0
            ? segment.Array!
            : value.ToArray();

    private static JsonElement Parse(ReadOnlyMemory<byte> payload)
    {
        var reader = new Utf8JsonReader(payload.Span);
        return JsonElement.ParseValue(ref reader);
    }
}
