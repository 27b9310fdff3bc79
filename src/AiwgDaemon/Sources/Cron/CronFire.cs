using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Sources.Cron;

/// <summary>One fire of a job on its way to the bus.</summary>
/// <param name="Job">The job as it was when it was due.</param>
/// <param name="ScheduledFor">The instant its expression names, without jitter.</param>
/// <param name="CatchUp">True where the fire was missed and is made up for.</param>
internal sealed record CronFire(CronJob Job, DateTimeOffset ScheduledFor, bool CatchUp)
{
    public DaemonEvent ToEvent(DateTimeOffset now) => EventFactory.Create(now, EventSource.Schedule, "cron.fired", Job.Id, this, static (writer, fire) =>
    {
        writer.WriteStartObject();
        writer.WriteString("job_id", fire.Job.Id);
        writer.WriteString("action", fire.Job.Action);
        writer.WriteString("scheduled_for", fire.ScheduledFor.UtcDateTime);
        writer.WriteBoolean("catch_up", fire.CatchUp);
        writer.WriteEndObject();
    });
}
