using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Schema;

/// <summary>What <c>StatusJson</c> writes.</summary>
internal static class StatusShapes
{
    public static JsonSchema Automation => Object(
        ("enabled", Flag("False if no rule fires.")),
        ("paused?", Flag("True if no run starts.")),
        ("paused_until?", Instant("When the pause ends.")),
        ("ruleCount", Integer("How many rules there are.")),
        ("rules", List(Object(
            ("id", Text("The rule; of a job it is job: and the job's id.")),
            ("enabled", Flag("False if it does not fire.")),
            ("action", Text("The name of its action.")),
            ("matches", Integer("How many events were for it.")),
            ("runs", Integer("How many runs it has led to.")),
            ("last_run?", Instant("When the last of them was decided on.")),
            ("suspended?", Text("Why it is paused.")),
            ("disabled?", Flag("True if a client disabled it.")),
            ("held?", Flag("True if it is held because it may keep itself going.")),
            ("cooldown_seconds?", Number("How long its cooldown goes on.")),
            ("run?", Text("The id of its run that is running.")),
            ("waiting?", Integer("How many of its runs wait."))
        )))
    ) with { Name = "Automation" };

    public static JsonSchema Status => Object(
        ("pid", Integer("The daemon's process.")),
        ("uptime_seconds", Integer("Whole seconds since its start.")),
        ("started_at", Instant("Its start.")),
        ("health", Choice("How it is.", "healthy", "degraded", "unhealthy")),
        ("subsystems", Object(
            ("ipc", Object(("clients", Integer("Open connections.")))),
            ("supervisor", Object(
                ("running", Integer("Runs that are running.")),
                ("queued", Integer("Runs that have not started.")),
                ("maxConcurrency", Integer("daemon.max_parallel_actions.")),
                ("tasks", Object(("running", List(TaskShapes.Task)), ("queued", List(TaskShapes.Task))))
            )),
            ("automation", Automation),
            ("file_watcher", Object(("enabled", Flag("watch.enabled.")), ("events_received", Integer("How many it has reported.")))),
            ("scheduler", Object(("enabled", Flag("schedule.enabled.")), ("jobs", Integer("How many jobs there are.")))),
            ("messaging", Object(("enabled", Flag("Always false."))))
        )),
        ("state", Shapes.State)
    );
}
