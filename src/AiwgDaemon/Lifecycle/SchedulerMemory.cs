using AiwgDaemon.Bus;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// What the scheduler goes on from after a restart: what state.json says, and the fires that only the journal has because
/// the daemon was killed before it wrote the next state.json.
/// </summary>
internal static class SchedulerMemory
{
    public static SchedulerState ToState(CronStatus status) =>
        new()
        {
            Enabled = status.Enabled,
            Jobs = status.Jobs,
            LastFires = status.LastFires,
            NextFires = status.NextFires,
            FirstSeen = status.Memory.FirstSeen,
            Fired = status.Memory.Fired.ToDictionary(
                job => job.Key,
                job => (IReadOnlyList<FiredState>)[.. job.Value.Select(span => new FiredState(span.From, span.To))],
                StringComparer.Ordinal
            ),
            Schedules = status.Memory.Schedules?.ToDictionary(
                job => job.Key,
                job => new JobScheduleState(job.Value.Cron, job.Value.TimeZone),
                StringComparer.Ordinal
            ),
            ClockReached = status.Memory.Reached,
            Journal = status.Memory.Journal is > 0 and var position
                ? new JournalState(JournalPosition.FileName(JournalPosition.Day(position)), JournalPosition.Offset(position))
                : null,
        };

    public static CronMemory FromState(SchedulerState state) =>
        new()
        {
            LastFires = state.LastFires,
            FirstSeen = state.FirstSeen,
            Fired = (state.Fired ?? new Dictionary<string, IReadOnlyList<FiredState>>(StringComparer.Ordinal)).ToDictionary(
                job => job.Key,
                job =>
                    (IReadOnlyList<FiredSpan>)
                        [.. (job.Value ?? []).Where(span => span is not null).Select(span => new FiredSpan(span.From, span.To))],
                StringComparer.Ordinal
            ),
            Schedules = state
                .Schedules?.Where(job => job.Value is { Cron: not null })
                .ToDictionary(job => job.Key, job => new JobSchedule(job.Value.Cron, job.Value.TimeZone), StringComparer.Ordinal),
            Reached = state.ClockReached,
            Journal = state.Journal is { } place ? JournalPosition.Parse(place.File, place.Offset) : 0,
        };

    /// <summary>
    /// To be called before the recovery, which removes what is past its days. Reads of the journal only what came after the
    /// state was written; an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if that fails.
    /// </summary>
    public static CronMemory Read(DaemonState before, EventJournal journal)
    {
        var memory = FromState(before.Monitors.Scheduler);
        // A new project, or a state.json that was lost: then the journal alone tells what fired.
        if (before.LastHeartbeat == default)
            return journal.Start is > 0 and var start
                ? memory.With(journal.Reader.ReadFrom(start, CronFire.EventType)) with
                {
                    Started = LastStart(journal, start),
                }
                : memory;
        // An older daemon does not say where: from the beginning of the day, for what is known already does no harm.
        var from = memory.Journal > 0 ? memory.Journal : JournalPosition.Of(DateOnly.FromDateTime(before.LastHeartbeat.UtcDateTime), 0);
        return memory.With(journal.Reader.ReadFrom(from, CronFire.EventType));
    }

    // The jobs were planned at the last start or reload, so what they missed lies after it.
    private static DateTimeOffset? LastStart(EventJournal journal, long start) =>
        new[] { EventTypes.DaemonStarted, EventTypes.DaemonReloaded }
            .SelectMany(type => journal.Reader.ReadFrom(start, type))
            .Where(e => e.Source == EventSource.Daemon)
            .Select(e => (DateTimeOffset?)e.Timestamp)
            .Max();
}
