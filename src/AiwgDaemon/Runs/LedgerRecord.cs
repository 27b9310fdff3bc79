using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Runs;

/// <summary>Reads the records of the delivery ledger, told apart by <c>record</c>; <see cref="LedgerWriter"/> writes them. Pure.</summary>
internal static class LedgerRecord
{
    public static RoutedEvent? ParseRouted(JsonElement root, JournalReader? journal)
    {
        var (position, length) = (Number(root, "position"u8), Number(root, "length"u8));
        // A line cannot be longer than what stands in its file up to its end.
        if (!JournalPosition.IsValid(position) || length < 0 || length > Math.Min(int.MaxValue, JournalPosition.Offset(position)))
            throw new FormatException("its position is no place in a journal");
        var told = root.GetProperty("event"u8);
        if (EventJson.Parse(told) is not { } @event)
        {
            // Of a large event the line has all but the payload.
            if (journal is null || position == 0 || length == 0) return null;
            @event = EventJson.Parse(told, journal, (int)length);
            if (@event is null) return null;
        }
        @event.JournalPosition = position;
        @event.LineLength = (int)length;
        var held = root.TryGetProperty("held"u8, out var isHeld) && isHeld.ValueKind == JsonValueKind.True;
        return new RoutedEvent(Action(root), Text(root, "rule"u8), root.GetProperty("attempt"u8).GetInt32(), @event, held);
    }

    public static (ProcessIdentity Process, DateTimeOffset At) ParseStarted(JsonElement root) => (
        new ProcessIdentity(
            root.GetProperty("pid"u8).GetInt32(), root.GetProperty("start_time"u8).GetInt64(), Text(root, "boot_id"u8)),
        root.GetProperty("at"u8).GetDateTimeOffset());

    /// <summary>Null if the ledger does not say whose it is.</summary>
    public static LedgerOrigin? ParseOrigin(JsonElement root) =>
        root.TryGetProperty("project"u8, out var project)
        && project.GetString() is { } path
        && root.TryGetProperty("inode"u8, out var inode)
            ? new LedgerOrigin(path, inode.GetUInt64())
            : null;

    public static Deferral ParseDeferred(JsonElement root) => new(Text(root, "rule"u8), Position(root, "from"u8));

    /// <summary>How a run ended; empty in the line of an early version.</summary>
    public static string Status(JsonElement root) =>
        root.TryGetProperty("status"u8, out var status) && status.ValueKind == JsonValueKind.String ? status.GetString()! : "";

    /// <summary>When a run ended; null in the line of an early version.</summary>
    public static DateTimeOffset? At(JsonElement root) => root.TryGetProperty("at"u8, out var at) ? at.GetDateTimeOffset() : null;

    /// <summary>A <see cref="FormatException"/> if its places are none in a journal.</summary>
    public static EndedRun ParseEnded(JsonElement root)
    {
        var numbers = root.GetProperty("events"u8);
        var events = new List<(long Position, int Length)>(numbers.GetArrayLength() / 2);
        for (var i = 0; i + 1 < numbers.GetArrayLength(); i += 2)
        {
            var (position, length) = (numbers[i].GetInt64(), numbers[i + 1].GetInt64());
            if (!JournalPosition.IsValid(position) || length <= 0 || length > Math.Min(int.MaxValue, JournalPosition.Offset(position)))
                throw new FormatException("its events are no places in a journal");
            events.Add((position, (int)length));
        }
        if (events.Count == 0) throw new FormatException("it has no events");
        return new EndedRun(Action(root), Text(root, "rule"u8), events)
        {
            Attempt = (int)Math.Clamp(Number(root, "attempt"u8), 1, int.MaxValue), Status = Status(root), At = At(root),
        };
    }

    public static string Action(JsonElement root) => Text(root, "action"u8);

    /// <summary>Zero if it is not there.</summary>
    public static long Number(JsonElement root, ReadOnlySpan<byte> name) => root.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    /// <summary>A place in the journal; a <see cref="FormatException"/> if no journal can have made the number.</summary>
    public static long Position(JsonElement root, ReadOnlySpan<byte> name)
    {
        var position = root.GetProperty(name).GetInt64();
        return JournalPosition.IsValid(position)
            ? position
            : throw new FormatException($"its {Encoding.UTF8.GetString(name)} is no place in a journal");
    }

    private static string Text(JsonElement root, ReadOnlySpan<byte> name) =>
        root.GetProperty(name).GetString() ?? throw new FormatException($"its {Encoding.UTF8.GetString(name)} is null");
}
