using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>An event that never happened, for <c>rules test</c>. A <see cref="FormatException"/> says which parameter is wrong, and begins
/// with its name.</summary>
internal static class TrialEvent
{
    internal sealed record Parts
    {
        public string? Source { get; init; }
        public string? Type { get; init; }
        public string? Path { get; init; }
        public string? Job { get; init; }
        public string? Endpoint { get; init; }
        public string? Payload { get; init; }
    }

    public static DaemonEvent Create(Parts parts)
    {
        if (parts.Type is { } named && !EventFactory.IsType(named))
            throw new FormatException($"type has 1 to {EventFactory.MaxTypeLength} characters without blanks and '*'");
        var subjects = new Dictionary<EventSource, string?>
        {
            [EventSource.Watch] = parts.Path, [EventSource.Schedule] = parts.Job, [EventSource.Webhook] = parts.Endpoint,
        };
        var source = EventSource.Manual;
        if (parts.Source is not null) _ = EventJson.TryParseSource(parts.Source, out source);
        else if (subjects.FirstOrDefault(s => s.Value is not null) is { Value: not null } told) source = told.Key;
        var kind = EventCatalogue.Of(source);
        var type = parts.Type ?? kind.UsualType
            ?? throw new FormatException("type is needed for an event of this source, for instance deploy.requested");
        var (key, subject) = (kind.Selector?.PayloadKey ?? "", kind.Selector is null ? null : subjects.GetValueOrDefault(source));
        return EventFactory.Create(DateTimeOffset.UtcNow, source, type, subject ?? "", Payload(parts.Payload, key, subject));
    }

    // The subject is put in as the source would, unless the given payload says something else.
    private static byte[] Payload(string? given, string key, string? subject)
    {
        try
        {
            var payload = Encoding.UTF8.GetBytes(given ?? "{}");
            if (PayloadCheck.Fault(payload) is { } fault) throw new FormatException($"payload {fault}");
            using var document = JsonDocument.Parse(payload);
            if (
                subject is null
                || document.RootElement.ValueKind != JsonValueKind.Object
                || document.RootElement.TryGetProperty(key, out _)
            )
                return payload;
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString(key, subject);
                foreach (var property in document.RootElement.EnumerateObject()) property.WriteTo(json);
                json.WriteEndObject();
            }
            return buffer.ToArray();
        }
        catch (JsonException e)
        {
            throw new FormatException($"payload is not JSON (line {e.LineNumber + 1}, column {e.BytePositionInLine + 1})", e);
        }
    }
}
