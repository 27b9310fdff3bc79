using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Schema;

/// <summary>What is told of a project's files and of the daemon in short.</summary>
internal static class ProjectShapes
{
    public static JsonSchema Validation => Object(
        ("file", Text("The file that was checked.")),
        ("valid", Flag("True if a daemon would take it.")),
        ("errors", List(ConfigFault)),
        ("warnings", List(ConfigFault))
    );

    public static JsonSchema Examination => Object(
        ("ok", Flag("True if nothing needs attention.")),
        ("findings", List(Object(
            ("check", Text("What was looked at: config, daemon, files, permissions, watch, disk, clock and so on.")),
            ("attention", Flag("True if something is to be done.")),
            ("message", Text("What was found, and what to do."))
        )))
    );

    public static JsonSchema Summary => Object(
        ("status", Choice("How the daemon is.", "healthy", "degraded", "unhealthy", "stopped")),
        ("project", Text("The project's directory.")),
        ("version?", Text("The version that runs, or ran last.")),
        ("started_at?", Instant("Its start.")),
        ("issues", List(Object(
            ("key", Text("What it is about.")),
            ("message", Text("What is wrong, and what to do.")),
            ("since", Instant("Since when."))
        ))),
        ("automation", Object(("enabled", Flag("False if no rule fires.")), ("paused", Flag("True if no run starts.")))),
        ("running", List(Run)),
        ("waiting", Integer("How many runs have not started.")),
        ("failed", List(Run, "The last ones that did not complete, at most five.")),
        ("next_fires", List(Object(("job", Text("The job.")), ("at", Instant("When it fires next."))), "The next five.")),
        ("dead_letters", Integer("Events that a part could not handle."))
    );

    private static JsonSchema Run => Object(
        ("id", Text("The run's id, for action.get and action.log.")),
        ("rule", Text("Its rule.")),
        ("action?", Text("Its action.")),
        ("status", Text("How it stands or ended.")),
        ("at", Instant("When it started or ended.")),
        ("error?", Text("Why it failed, if its exit code does not say it."))
    ) with { Name = "RunInShort" };

    private static JsonSchema ConfigFault => Object(
        ("line", Integer("From 1; 0 for the file as a whole.")),
        ("column", Integer("From 1; 0 for the file as a whole.")),
        ("key", Text("The key's path; empty for the file as a whole.")),
        ("message", Text("What is wrong; reads on from the key.")),
        ("instead", Text("What to write; empty if the message says it."))
    ) with { Name = "ConfigFault" };
}
