using System.Text.Json;

namespace AiwgDaemon.Bus;

/// <summary>Where an event comes from; the lower-case name is the word in files and on the command line.</summary>
internal enum EventSource
{
    Watch,
    Schedule,
    Webhook,
    Manual,
    Daemon,
}

/// <summary>
/// One thing that happened. Immutable; the payload is kept as UTF-8 JSON, so that journal, actions and clients
/// get the same bytes without serialising again.
/// </summary>
internal sealed class DaemonEvent
{
    private JsonElement? _parsed;

    /// <summary>UUID version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    public required EventSource Source { get; init; }

    /// <summary>For instance <c>file.modify</c>, <c>cron.fired</c>, <c>webhook.received</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What rules select on and log lines show: the path, the job id or the endpoint; empty where there is none.</summary>
    public required string Subject { get; init; }

    /// <summary>One JSON value in UTF-8; an object for every source but <see cref="EventSource.Manual"/>, which may carry any value.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>True where the event had been accepted by an earlier process and is delivered again.</summary>
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
    /// Where the event's line ends in the journal (see <see cref="Bus.JournalPosition"/>); zero while it is not written.
    /// The dispatcher sets it before anyone else sees the event.
    /// </summary>
    public long JournalPosition { get; set; }

    /// <summary>The payload parsed, once, on first use.</summary>
    public JsonElement PayloadJson => _parsed ??= Parse(Payload);

    private static JsonElement Parse(ReadOnlyMemory<byte> payload)
    {
        var reader = new Utf8JsonReader(payload.Span);
        return JsonElement.ParseValue(ref reader);
    }
}
