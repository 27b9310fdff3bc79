using System.Text;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Cli;

/// <summary>Reads the newest events back from the journal's files, from the end of the newest day on, and no more than needed.</summary>
internal static class EventFiles
{
    /// <summary>Oldest first. Lines that are no events are passed over.</summary>
    public static IReadOnlyList<DaemonEvent> Last(string directory, int count, string? source, string? type)
    {
        var found = new List<DaemonEvent>();
        if (count == 0) return found;
        // A line that does not hold the word need not be parsed.
        var word = source is null ? [] : Encoding.UTF8.GetBytes($"\"{source}\"");
        foreach (var day in JournalPosition.Days(directory).Reverse())
        {
            foreach (var line in BackwardLines.Read(Path.Combine(directory, JournalPosition.FileName(day))))
            {
                if (line.Span.IndexOf(word) < 0 || !EventJson.TryParse(line.Span, out var @event, out _) || !IsWanted(@event!, source, type)) continue;
                found.Add(@event!);
                if (found.Count < count) continue;
                found.Reverse();
                return found;
            }
        }
        found.Reverse();
        return found;
    }

    private static bool IsWanted(DaemonEvent @event, string? source, string? type) =>
        (source is null || EventJson.Word(@event.Source) == source) && (type is null || Wildcard.IsMatch(type, @event.Type));
}
