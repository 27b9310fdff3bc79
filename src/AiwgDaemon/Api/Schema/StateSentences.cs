using AiwgDaemon.State;

namespace AiwgDaemon.Api.Schema;

/// <summary>What members of state.json and of the record of a run mean, for who reads their schema.</summary>
internal static class StateSentences
{
    public static JsonSchema AddTo(JsonSchema schema, Type type) =>
        type == typeof(ActionRecord) ? schema.Saying(Action)
        : type == typeof(DaemonState) ? schema.Saying(State)
        : schema;

    private static (string Name, string About)[] Action =>
        [
            ("id", "It begins with the time, so that later ones are greater."),
            ("rule_id", "Its rule; of a job it is job: and the job's id."),
            ("event_id", "The event that it is for, or the first one."),
            ("type", "The kind of action: shell, exec, http, agent and so on."),
            ("command", "What it runs, without secrets."),
            ("status", "What started under a daemon that did not see its end is lost."),
            ("attempt", "Which attempt it is, from 1."),
            ("attempts", "How many there are at most; 0 from an earlier version."),
            ("action", "The action's name in the configuration."),
            ("events", "How many events share the run, if it is more than one."),
            ("queued_at", "When it was decided on."),
            ("waits_for", "What it waits for, as one word: slot, group, rule, settle, retry, circuit_breaker, pause or hold."),
            ("reason", "The same for a person."),
            ("waits_until", "When that comes, if it is known."),
            ("retry_of", "The run that somebody asked to repeat by this one."),
            ("group", "The group that limits how many run at a time."),
            ("slot", "Its place in its group, from 1, as in AIWG_SLOT."),
            ("started_at", "When it started."),
            ("completed_at", "When it ended."),
            ("pid", "Its process, while it runs."),
            ("exit_code", "What its program returned."),
            ("signal", "The signal that ended its program."),
            ("error", "Why it failed, if neither exit code nor signal say it."),
            ("final", "Of a run that has ended: true if no further attempt follows."),
            ("retry_at", "When the next attempt starts, if one follows."),
            ("output_path", "Its output, relative to the project."),
        ];

    private static (string Name, string About)[] State =>
        [
            ("pid", "The daemon's process."),
            ("started_at", "Its start."),
            ("last_heartbeat", "When it last wrote this."),
            ("uptime_seconds", "Since its start."),
            ("restart_count", "How many daemons ran here before it."),
            ("version", "The version that runs."),
            ("config_path", "The file that it works by."),
            ("config_hash", "Changes when the configuration does."),
            ("running", "False in what a clean end leaves."),
            ("stopping", "True from the request to stop on."),
            ("heartbeat_interval_seconds", "A heartbeat that is older than three of these means that the daemon is frozen."),
            ("shutdown_grace_seconds", "How long running actions get at a stop."),
            ("monitors", "The sources of events."),
            ("bus", "Numbers since the start."),
            ("active_actions", "Runs that are running."),
            ("queued_actions", "How many runs have not started."),
            ("recent_actions", "The last ones that ended, at most 50."),
            ("runs", "Runs in numbers."),
            ("automation", "What a person has switched off."),
            ("health", "How it is, with what is wrong and what to do."),
        ];
}
