using AiwgDaemon.Bus;

namespace AiwgDaemon.Cli;

/// <summary>Reads the newest events back from the journal's files, newest day first, and no more days than needed.</summary>
internal static class EventFiles
{
    /// <summary>Oldest first. Lines that are no events (a torn end) are passed over.</summary>
    public static IReadOnlyList<DaemonEvent> Last(string directory, int count, string? source, string? type)
    {
        if (count == 0) return [];
        var result = new List<DaemonEvent>();
        foreach (var day in JournalPosition.Days(directory).Reverse())
        {
            var ofDay = new Queue<DaemonEvent>();
            foreach (var (line, _) in JsonLines.Read(Path.Combine(directory, JournalPosition.FileName(day))))
            {
                if (!EventJson.TryParse(line.Span, out var @event, out _) || !IsWanted(@event!, source, type)) continue;
                ofDay.Enqueue(@event!);
                if (ofDay.Count > count - result.Count) ofDay.Dequeue();
            }
            result.InsertRange(0, ofDay);
            if (result.Count == count) break;
        }
        return result;
    }

    private static bool IsWanted(DaemonEvent @event, string? source, string? type) =>
        (source is null || EventJson.Word(@event.Source) == source) && (type is null || Wildcard.IsMatch(type, @event.Type));
}
