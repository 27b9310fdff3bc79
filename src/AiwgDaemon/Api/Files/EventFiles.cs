using System.Text;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Api.Files;

/// <summary>Reads events back from the journal's files: only days that may hold what is asked for, and only lines that may be it are
/// parsed.</summary>
internal static class EventFiles
{
    private static readonly int IdAt = "{\"id\":\"".Length;

    /// <summary>The newest, oldest first, read from the end of the newest day on. Lines that are no events are passed over.</summary>
    public static IReadOnlyList<DaemonEvent> Last(string directory, int count, EventFilter filter)
    {
        var found = new List<DaemonEvent>();
        if (count == 0) return found;
        foreach (var day in JournalDays.In(directory).Where(filter.MayHold).Reverse())
        {
            foreach (var line in BackwardLines.Read(PathOf(directory, day)))
            {
                if (!filter.MayBe(line.Span) || !EventJson.TryParse(line.Span, out var @event, out _) || !filter.IsWanted(@event!))
                    continue;
                found.Add(@event!);
                if (found.Count < count) continue;
                found.Reverse();
                return found;
            }
        }
        found.Reverse();
        return found;
    }

    /// <summary>All of them, oldest first, read while they are enumerated: there may be more than memory holds.</summary>
    public static IEnumerable<DaemonEvent> All(string directory, EventFilter filter)
    {
        foreach (var day in JournalDays.In(directory).Where(filter.MayHold))
        foreach (var (line, _) in JsonLines.Read(PathOf(directory, day), 0))
            if (filter.MayBe(line.Span) && EventJson.TryParse(line.Span, out var @event, out _) && filter.IsWanted(@event!))
                yield return @event!;
    }

    /// <summary>Those whose id is, begins or ends with the text, newest first; at most <paramref name="most"/>. Only what fits is
    /// parsed.</summary>
    public static IReadOnlyList<DaemonEvent> Find(string directory, string part, int most)
    {
        var wanted = Encoding.UTF8.GetBytes(part.ToLowerInvariant());
        var found = new List<DaemonEvent>();
        var whole = wanted.Length == Guid.Empty.ToString().Length;
        foreach (var day in JournalDays.In(directory).Reverse())
        {
            foreach (var line in BackwardLines.Read(PathOf(directory, day)))
            {
                if (line.Length < IdAt + 36) continue;
                var id = line.Span.Slice(IdAt, 36);
                if (!id.StartsWith(wanted) && !id.EndsWith(wanted)) continue;
                // An event that was delivered again stands there once more only after a crash.
                if (!EventJson.TryParse(line.Span, out var @event, out _) || found.Exists(e => e.Id == @event!.Id)) continue;
                found.Add(@event!);
                if (whole || found.Count == most) return found;
            }
        }
        return found;
    }

    private static string PathOf(string directory, DateOnly day) => Path.Combine(directory, JournalPosition.FileName(day));
}
