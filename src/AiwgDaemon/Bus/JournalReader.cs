using System.Text;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Bus;

/// <summary>
/// Reads the journal back: for the recovery, for the payloads of events, and for sources that go on from what they published. Reads what is
/// on the disk while somebody writes; thread-safe.
/// </summary>
/// <param name="directory">The journal's.</param>
/// <param name="report">Is told of lines that cannot be read.</param>
/// <param name="logger">Category <c>bus</c>.</param>
internal sealed class JournalReader(string directory, IssueReport report, ILogger logger) : IPayloadStore
{
    private const string DamageIssue = "bus.journal.damaged";

    /// <summary>
    /// What is after a position, up to another one, oldest first. Read while it is enumerated, for it may be more than memory holds. Lines
    /// that cannot be read are passed over with a warning, and health says so.
    /// </summary>
    public IEnumerable<DaemonEvent> ReadFrom(long position, long until = long.MaxValue)
    {
        foreach (var (day, offset) in PlacesFrom(position))
        {
            if (JournalPosition.Of(day, 0) >= until) yield break;
            foreach (var @event in ReadDay(day, offset))
            {
                if (@event.JournalPosition > until) yield break;
                yield return @event;
            }
        }
    }

    /// <summary>
    /// The payload of an event whose line is here. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if the line is
    /// not there any more or is another one's.
    /// </summary>
    public byte[] ReadPayload(DaemonEvent @event)
    {
        var path = PathOf(JournalPosition.Day(@event.JournalPosition));
        using var handle = SecureFile.Open(path, SecureOpen.Read);
        var line = new byte[@event.LineLength];
        var read = RandomAccess.Read(handle, line, JournalPosition.Offset(@event.LineStart));
        return read == line.Length && EventJson.FindPayload(line, @event.Id) is { } payload
            ? line[payload]
            : throw new IOException(
                $"The event {@event.Id} is not in {path} any more, where it was at byte {JournalPosition.Offset(@event.LineStart)}; its "
                    + "payload is lost"
            );
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
        foreach (var day in JournalDays.In(directory).TakeLast(2))
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
        foreach (var day in JournalDays.In(directory).TakeLast(2))
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
        return JournalDays
            .In(directory)
            .Where(day => day >= first)
            .Select(day => (day, day == first ? JournalPosition.Offset(position) : 0));
    }

    private static IEnumerable<DaemonEvent> ReadType(string path, long offset, int skip, string type)
    {
        var wanted = Encoding.UTF8.GetBytes($"\"type\":\"{type}\"");
        foreach (var (line, _) in JsonLines.Read(path, offset).Skip(skip))
            if (line.Span.IndexOf(wanted) >= 0 && EventJson.TryParse(line.Span, out var @event, out _) && @event!.Type == type)
                yield return @event;
    }

    private IEnumerable<DaemonEvent> ReadDay(DateOnly day, long offset)
    {
        var path = PathOf(day);
        foreach (var (line, end) in JsonLines.Read(path, offset))
        {
            if (!EventJson.TryParse(line.Span, out var @event, out var error))
            {
                var start = end - line.Length - 1;
                BusLog.UnreadableEvent(logger, path, start, error!);
                report(
                    DamageIssue,
                    $"{path} is damaged: what is at byte {start} is no event and is passed over ({error}); what it was is lost"
                );
                continue;
            }
            (@event!.JournalPosition, @event.LineLength) = (JournalPosition.Of(day, end), line.Length + 1);
            @event.IsWritten(this);
            yield return @event;
        }
    }

    private string PathOf(DateOnly day) => Path.Combine(directory, JournalPosition.FileName(day));
}
