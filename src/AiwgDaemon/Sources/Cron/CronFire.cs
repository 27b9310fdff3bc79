using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Sources.Cron;

/// <summary>One fire of a job on its way to the bus.</summary>
/// <param name="Job">The job as it was when it was due.</param>
/// <param name="ScheduledFor">The instant its expression names, without jitter.</param>
/// <param name="CatchUp">True if the fire was missed and is made up for.</param>
internal sealed record CronFire(CronJob Job, DateTimeOffset ScheduledFor, bool CatchUp)
{
    public const string EventType = EventTypes.CronFired;

    public DaemonEvent ToEvent(DateTimeOffset now) =>
        EventFactory.Create(now, EventSource.Schedule, EventType, Job.Id, this, static (writer, fire) =>
        {
            writer.WriteStartObject();
            writer.WriteString("job_id", fire.Job.Id);
            writer.WriteString("action", fire.Job.Action);
            writer.WriteString("scheduled_for", fire.ScheduledFor.UtcDateTime);
            writer.WriteBoolean("catch_up", fire.CatchUp);
            writer.WriteEndObject();
        });

    /// <summary>The instant of the fire that the event is, read back; null if it is none, as one that somebody emitted under this
    /// name.</summary>
    public static DateTimeOffset? InstantOf(DaemonEvent @event) =>
        @event is { Source: EventSource.Schedule, Type: EventType, Subject.Length: > 0 }
        && @event.PayloadJson.TryGetProperty("scheduled_for"u8, out var instant)
        && instant.ValueKind == JsonValueKind.String
        && instant.TryGetDateTimeOffset(out var scheduledFor)
            ? scheduledFor.ToUniversalTime()
            : null;
}
