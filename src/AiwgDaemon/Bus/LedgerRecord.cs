using System.Buffers;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Bus;

/// <summary>The four kinds of line in the delivery ledger: routed, started, finished, checkpoint. One object each, told apart by <c>record</c>.</summary>
internal static class LedgerRecord
{
    public static void Routed(IBufferWriter<byte> to, RoutedEvent routed) => Line(to, "routed"u8, routed, static (writer, r) =>
    {
        writer.WriteString("action"u8, r.ActionId);
        writer.WriteString("rule"u8, r.RuleId);
        writer.WriteNumber("attempt"u8, r.Attempt);
        if (r.Event.JournalPosition > 0) writer.WriteNumber("position"u8, r.Event.JournalPosition);
        writer.WritePropertyName("event"u8);
        EventJson.Write(writer, r.Event);
    });

    public static void Started(IBufferWriter<byte> to, string actionId, ProcessIdentity process, DateTimeOffset at) =>
        Line(to, "started"u8, (actionId, process, at), static (writer, s) =>
        {
            writer.WriteString("action"u8, s.actionId);
            writer.WriteNumber("pid"u8, s.process.Pid);
            writer.WriteNumber("start_time"u8, s.process.StartTime);
            writer.WriteString("boot_id"u8, s.process.BootId);
            writer.WriteString("at"u8, s.at.UtcDateTime);
        });

    public static void Finished(IBufferWriter<byte> to, string actionId, string status) =>
        Line(to, "finished"u8, (actionId, status), static (writer, f) =>
        {
            writer.WriteString("action"u8, f.actionId);
            writer.WriteString("status"u8, f.status);
        });

    public static void Checkpoint(IBufferWriter<byte> to, long position) =>
        Line(to, "checkpoint"u8, position, static (writer, p) => writer.WriteNumber("position"u8, p));

    public static RoutedEvent? ParseRouted(JsonElement root)
    {
        if (EventJson.Parse(root.GetProperty("event"u8)) is not { } @event) return null;
        if (root.TryGetProperty("position"u8, out var position)) @event.JournalPosition = position.GetInt64();
        return new RoutedEvent(Action(root), Text(root, "rule"u8), root.GetProperty("attempt"u8).GetInt32(), @event);
    }

    public static (ProcessIdentity Process, DateTimeOffset At) ParseStarted(JsonElement root) => (
        new ProcessIdentity(
            root.GetProperty("pid"u8).GetInt32(), root.GetProperty("start_time"u8).GetInt64(), Text(root, "boot_id"u8)),
        root.GetProperty("at"u8).GetDateTimeOffset());

    public static string Action(JsonElement root) => Text(root, "action"u8);

    private static string Text(JsonElement root, ReadOnlySpan<byte> name) =>
        root.GetProperty(name).GetString() ?? throw new FormatException($"its {Encoding.UTF8.GetString(name)} is null");

    private static void Line<T>(IBufferWriter<byte> to, ReadOnlySpan<byte> kind, T value, Action<Utf8JsonWriter, T> write)
    {
        using (var writer = new Utf8JsonWriter(to, EventJson.Format))
        {
            writer.WriteStartObject();
            writer.WriteString("record"u8, kind);
            write(writer, value);
            writer.WriteEndObject();
        }
        to.Write("\n"u8);
    }
}
