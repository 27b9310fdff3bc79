using System.Text;

namespace AiwgDaemon.Bus;

// Reading back: for the recovery, for the history, and for sources that go on from what they published.
internal sealed partial class EventJournal
{
    /// <summary>What is after a position, oldest first, each marked as delivered again. Lines that cannot be read are passed over with a warning.</summary>
    public IEnumerable<DaemonEvent> ReadFrom(long position)
    {
        foreach (var (day, offset) in PlacesFrom(position))
            foreach (var @event in ReadDay(day, offset)) yield return @event;
    }

    /// <summary>
    /// Events of one type after a position, oldest first. Other lines are not parsed; of these, what cannot be read is passed
    /// over, and told where <see cref="ReadFrom(long)"/> comes upon it.
    /// </summary>
    public IEnumerable<DaemonEvent> ReadFrom(long position, string type)
    {
        foreach (var (day, offset) in PlacesFrom(position))
        {
            var path = PathOf(day);
            // Behind its end: the file was lost and begun anew since.
            foreach (var @event in ReadType(path, offset > new FileInfo(path).Length ? 0 : offset, skip: 0, type)) yield return @event;
        }
    }

    /// <summary>The newest events, oldest first: today's and yesterday's at most.</summary>
    public IReadOnlyList<DaemonEvent> ReadLast(int count)
    {
        var last = new Queue<DaemonEvent>(count);
        foreach (var day in JournalPosition.Days(directory).TakeLast(2))
        {
            foreach (var @event in ReadDay(day, 0))
            {
                if (last.Count == count) last.Dequeue();
                last.Enqueue(@event);
            }
        }
        return [.. last];
    }

    /// <summary>
    /// Events of one type in the last bytes of yesterday's and today's files, oldest first. Other lines are not parsed, so it
    /// costs about a millisecond for each 8 MiB without them.
    /// </summary>
    public IEnumerable<DaemonEvent> ReadTail(string type, long bytes)
    {
        foreach (var day in JournalPosition.Days(directory).TakeLast(2))
        {
            var path = PathOf(day);
            var offset = Math.Max(0, new FileInfo(path).Length - bytes);
            // The line that the offset falls into is not whole.
            foreach (var @event in ReadType(path, offset, skip: offset > 0 ? 1 : 0, type)) yield return @event;
        }
    }

    private IEnumerable<(DateOnly Day, long Offset)> PlacesFrom(long position)
    {
        var first = JournalPosition.Day(position);
        return JournalPosition.Days(directory).Where(day => day >= first).Select(day => (day, day == first ? JournalPosition.Offset(position) : 0));
    }

    private static IEnumerable<DaemonEvent> ReadType(string path, long offset, int skip, string type)
    {
        var wanted = Encoding.UTF8.GetBytes($"\"type\":\"{type}\"");
        foreach (var (line, _) in JsonLines.Read(path, offset).Skip(skip))
            if (line.Span.IndexOf(wanted) >= 0 && EventJson.TryParse(line.Span, out var @event, out _) && @event!.Type == type) yield return @event;
    }

    private IEnumerable<DaemonEvent> ReadDay(DateOnly day, long offset)
    {
        var path = PathOf(day);
        var number = 0;
        foreach (var (line, end) in JsonLines.Read(path, offset))
        {
            number++;
            if (!EventJson.TryParse(line.Span, out var @event, out var error))
            {
                BusLog.UnreadableLine(logger, path, number, error!);
                continue;
            }
            @event!.JournalPosition = JournalPosition.Of(day, end);
            yield return @event;
        }
    }

    private string PathOf(DateOnly day) => Path.Combine(directory, JournalPosition.FileName(day));
}
