using System.Buffers.Binary;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Runs;

/// <summary>Finds in the journal the events of runs that have ended, for who repeats one. Holds no state; thread-safe.</summary>
internal sealed class RunEvents(JournalReader journal)
{
    // Places in the journal that lie closer together are read in one go.
    private const long ReadThrough = 1024 * 1024;
    private static readonly long LastMillisecond = new DateTimeOffset(9999, 12, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>
    /// The events of a run that has ended, oldest first. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if they
    /// cannot be read in the journal, or are not there any more.
    /// </summary>
    public IReadOnlyList<DaemonEvent> Of(EndedRun run)
    {
        var wanted = run.Events.ToHashSet();
        var found = new List<DaemonEvent>(run.Events.Count);
        foreach (var (first, last) in Stretches(run))
            found.AddRange(journal.ReadFrom(first, last).Where(e => wanted.Contains((e.JournalPosition, e.LineLength))));
        if (found.Count == run.Events.Count)
            return found;
        throw new IOException(
            $"{run.Events.Count - found.Count} of the {run.Events.Count} events of {run.Id} are not in the journal any more "
                + "(daemon.history.events_days says how long they are kept)"
        );
    }

    /// <summary>An event by its id, in the file of the day that the id tells; null if it is not there.</summary>
    public DaemonEvent? Find(Guid id)
    {
        // The first 48 bits of a UUID of version 7 are Unix milliseconds.
        var milliseconds = (long)(ToUInt128(id) >> 80);
        if (milliseconds >= LastMillisecond) return null;
        var day = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);
        return journal.ReadFrom(JournalPosition.Of(day, 0), JournalPosition.Of(day.AddDays(2), 0)).FirstOrDefault(e => e.Id == id);
    }

    private static UInt128 ToUInt128(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    // Read in one go as long as little lies between them.
    private static IEnumerable<(long First, long Last)> Stretches(EndedRun run)
    {
        var places = run.Events.OrderBy(static e => e.Position).ToList();
        for (var i = 0; i < places.Count;)
        {
            var (first, last) = (places[i].Position - places[i].Length, places[i].Position);
            for (i++; i < places.Count && places[i].Position - last < ReadThrough; i++) last = places[i].Position;
            yield return (first, last);
        }
    }
}
