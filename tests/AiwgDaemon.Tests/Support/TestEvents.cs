using System.Text;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Tests.Support;

/// <summary>Events as the sources make them.</summary>
internal static class TestEvents
{
    public static readonly IssueReport NoReport = static (_, _, _) => { };

    public static DaemonEvent Manual(string type, string payload = "{}") => Of(EventSource.Manual, type, "", payload);

    public static DaemonEvent Watch(string path, DateTimeOffset? at = null, DateTimeOffset? changed = null) =>
        Of(
            EventSource.Watch,
            "file.modify",
            path,
            $$"""{"path":"{{System.Text.Json.JsonEncodedText.Encode(path)}}","event_type":"modify","root":"."}""",
            at,
            changed
        );

    public static DaemonEvent Of(
        EventSource source,
        string type,
        string subject,
        string payload,
        DateTimeOffset? at = null,
        DateTimeOffset? changed = null,
        string? causedBy = null
    ) => EventFactory.Create(at ?? DateTimeOffset.UtcNow, source, type, subject, Encoding.UTF8.GetBytes(payload), changed, causedBy);
}
