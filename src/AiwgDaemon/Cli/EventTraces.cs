using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Logging;

namespace AiwgDaemon.Cli;

/// <summary>What an event left in the delivery ledger and in the log. Only lines that hold its id are parsed.</summary>
internal static class EventTraces
{
    private const string NotFired = " does not fire ";

    /// <summary>The runs that the event became a part of, as far as the ledger still has them.</summary>
    public static IEnumerable<(string Run, string Rule)> Routed(ProjectPaths paths, Guid id)
    {
        var wanted = Encoding.UTF8.GetBytes($"\"{id}\"");
        foreach (var (line, _) in JsonLines.Read(Path.Combine(paths.Events, "deliveries.jsonl"), 0))
            if (line.Span.IndexOf("\"record\":\"routed\""u8) >= 0 && line.Span.IndexOf(wanted) >= 0 && Parse(line) is { } routed)
                yield return routed;
    }

    /// <summary>The rules that let the event go, and why, as the log says. Files that ended before the event are not read.</summary>
    public static IReadOnlyDictionary<string, string> Skipped(ProjectPaths paths, DaemonEvent @event)
    {
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        var wanted = Encoding.UTF8.GetBytes($"{@event.Id}{NotFired}");
        foreach (var slot in LogFiles.RotatedSlots(paths.Log).Prepend(0))
        {
            var path = LogFiles.PathOf(paths.Log, slot);
            // Up to a second is what a filesystem may round away.
            if (File.GetLastWriteTimeUtc(path) < @event.Timestamp.UtcDateTime.AddSeconds(-1)) break;
            foreach (var line in BackwardLines.Read(path))
            {
                if (line.Span.IndexOf(wanted) < 0) continue;
                var text = Message(line);
                text = text[(text.IndexOf(NotFired, StringComparison.Ordinal) + NotFired.Length)..];
                if (text.Split(": ", 2) is [var rule, var reason]) reasons.TryAdd(rule, reason);
            }
        }
        return reasons;
    }

    // In the format json the message is a member, with its quotes escaped.
    private static string Message(ReadOnlyMemory<byte> line)
    {
        var text = Encoding.UTF8.GetString(line.Span);
        if (text[0] != '{') return text;
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.TryGetProperty("message"u8, out var message) ? message.ToString() : text;
        }
        catch (JsonException)
        {
            // A line that somebody else wrote: its text is as good.
            return text;
        }
    }

    private static (string Run, string Rule)? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.TryGetProperty("action"u8, out var run) && root.TryGetProperty("rule"u8, out var rule)
                ? (run.ToString(), rule.ToString())
                : null;
        }
        catch (JsonException)
        {
            // Damaged: the daemon itself says so at its next start.
            return null;
        }
    }
}
