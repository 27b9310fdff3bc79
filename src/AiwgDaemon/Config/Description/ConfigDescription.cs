using static AiwgDaemon.Config.Description.CommonShapes;

namespace AiwgDaemon.Config.Description;

/// <summary>
/// Every key of the configuration: the one place to add one. A key also needs its property in <c>Yaml/</c>, its line in
/// <see cref="ConfigMapping"/> and the option of the feature that uses it.
/// </summary>
internal static class ConfigDescription
{
    public static ObjectShape Root { get; } = new("a map of sections",
        new("$schema", new TextShape("a path or URL"), "JSON Schema of this file, for editors.") { Ignored = true },
        new("daemon", Daemon(), "The process itself: limits, log, history."),
        new("watch", Watch(), "Which files are watched."),
        new("schedule", Schedule(), "Jobs that run by the clock."),
        new("webhook", WebhookDescription.Webhook(), "HTTP requests as events."),
        new("groups", new DictionaryShape("a map of numbers by group", Whole(1, 1000), TextChecks.Name) { KeyWord = "GROUP" },
            "How many actions of a group run at a time.") { Default = "{}", Example = "{deploy: 1, gpu: 2}" },
        new("agents", AgentsDescription.Agents(), "Coding agents that work on tasks: 'aiwg-daemon task submit'."),
        new("actions", new DictionaryShape("a map of actions by name", RuleDescription.Action(), TextChecks.Name) { KeyWord = "NAME" },
            "Named actions, for jobs and rules.") { Default = "{}" },
        new("rules", new ListShape("a list of rules", RuleDescription.Rule()), "What runs when an event matches.") { Default = "[]" })
    {
        AllowsExtensions = true,
    };

    private static ObjectShape Daemon() =>
        new(
            "a map",
            new("heartbeat_interval_seconds", Whole(1, 3600), "How often heartbeat and state.json are written.") { Default = "30" },
            new("max_parallel_actions", Whole(1, 1000), "Actions that run at the same time; others wait.") { Default = "3" },
            new("action_timeout_minutes", Fraction(0.001, 43200), "An action that runs longer is ended; fractions allowed.")
            {
                Default = "120",
            },
            new("shutdown_grace_seconds", Fraction(0, 3600), "Running actions get this long between SIGTERM and SIGKILL.")
            {
                Default = "10",
            },
            new("reload_on_change", Flag, "Apply this file when it changes, without SIGHUP or reload.") { Default = "false" },
            new(
                "log",
                new ObjectShape(
                    "a map",
                    new("max_size_mb", Fraction(0.001, 10240), "daemon.log is rotated before it grows past this; fractions allowed.")
                    {
                        Default = "50",
                    },
                    new("max_files", Whole(0, 1000), "Rotated files that are kept.") { Default = "5" },
                    new("level", new ChoiceShape("debug", "info", "warn", "error"), "Least important lines that are written.")
                    {
                        Default = "info",
                    },
                    new("format", new ChoiceShape("text", "json"), "Form of a line.") { Default = "text" }
                ),
                "The log file daemon.log."
            ),
            new(
                "history",
                new ObjectShape(
                    "a map",
                    new("events_days", Whole(1, 3650), "Days of events that are kept.") { Default = "7" },
                    new("actions_kept", Whole(0, 100_000), "Finished actions whose output is kept.") { Default = "200" },
                    new(
                        "action_output_mb",
                        Fraction(0.001, 1024),
                        "Of a larger output of one action the first half of this and the last are kept; fractions allowed."
                    )
                    {
                        Default = "10",
                    }
                ),
                "How much of the past is kept."
            )
        );

    private static ObjectShape Watch() =>
        new(
            "a map",
            Enabled("Watch files at all.", "true"),
            new(
                "paths",
                new ListShape(
                    "a list of watched paths",
                    new ObjectShape(
                        "a map with the key path",
                        new(
                            "path",
                            new TextShape("a path", TextChecks.Path),
                            "Directory or file, relative to the project; need not exist yet."
                        )
                        {
                            Required = true,
                            Example = "src/",
                        },
                        new(
                            "events",
                            new ListShape("a list of create, modify, delete", new ChoiceShape("create", "modify", "delete"))
                            {
                                OrSingle = true,
                                NotEmpty = true,
                            },
                            "Changes that are reported."
                        )
                        {
                            Default = "[create, modify, delete]",
                        },
                        new(
                            "extensions",
                            new ListShape("a list of extensions", new TextShape("an extension", TextChecks.Extension)) { OrSingle = true },
                            "Only files with one of these endings; empty: all."
                        )
                        {
                            Default = "[]",
                            Example = "[\".ts\"]",
                        },
                        new("ignore", Patterns(), "Patterns below the path that are not reported, as in .gitignore.")
                        {
                            Default = "[]",
                            Example = "[\"*.tmp\", \"gen/**\"]",
                        }
                    )
                    {
                        ShortFor = "path",
                    }
                ),
                "Directories and files to watch."
            )
            {
                Default = "[]",
            },
            new("ignore", Patterns(), "Patterns that hold for all paths, as in .gitignore.") { Default = "[]", Example = "[\"*.swp\"]" },
            new("gitignore", Flag, "Honour .gitignore files, .git/info/exclude and the user's global excludes.") { Default = "true" },
            new("debounce_ms", Whole(0, 600_000), "Quiet time after which a change is reported.") { Default = "500" },
            new("max_wait_ms", Whole(0, 6_000_000), "Longest time that a change waits for quiet.")
            {
                DefaultWords = "10 × debounce_ms",
                Example = "20000",
                DefaultFrom = static watch =>
                    watch.TextOf("debounce_ms") is { } text && double.TryParse(text, out var ms) ? $"{ms * 10}" : "5000",
            },
            new("polling", new ChoiceShape("auto", "always", "never"), "auto: poll only where the filesystem does not report changes.")
            {
                Default = "auto",
            }
        );

    private static ObjectShape Schedule() =>
        new(
            "a map",
            Enabled("Run jobs at all.", "true"),
            new(
                "timezone",
                new TextShape("local or an IANA zone name", TextChecks.Zone),
                "Zone of the cron expressions: local, or an IANA name."
            )
            {
                Default = "local",
            },
            new(
                "jobs",
                new ListShape(
                    "a list of jobs",
                    new ObjectShape(
                        "a map with the keys id, cron (or every_minutes) and action",
                        new("id", new TextShape("an id", TextChecks.Name), "Name of the job, unique.")
                        {
                            Required = true,
                            OldName = "name",
                            Example = "nightly",
                        },
                        new("cron", new TextShape("a cron expression", TextChecks.Cron), "Five fields, or a macro such as @daily.")
                        {
                            RequiredUnless = "every_minutes",
                            Example = "\"0 3 * * *\"",
                        },
                        new(
                            "every_minutes",
                            Fraction(0.01, 525_600),
                            "In place of cron: the time between two fires, counted from the first start with this job; fractions allowed."
                        )
                        {
                            Example = "90",
                        },
                        new("action", RuleDescription.Action(), "Name of an action, a command of aiwg, or an action written inline.")
                        {
                            Required = true,
                            Example = "doctor",
                        },
                        new("timezone", new TextShape("local or an IANA zone name", TextChecks.Zone), "Zone of this job.")
                        {
                            DefaultWords = "schedule.timezone",
                            Example = "Europe/Berlin",
                        },
                        new("catch_up", new ChoiceShape("none", "last"), "last: one fire that was missed while the daemon was down is run.")
                        {
                            Default = "none",
                        },
                        new("overlap", new ChoiceShape("skip", "queue", "allow"), "What a fire does while the job still runs.")
                        {
                            Default = "skip",
                        },
                        new("jitter_seconds", Whole(0, 3600), "Spread: a delay up to this, stable for the id.") { Default = "0" },
                        new(
                            "ping_url_env",
                            new TextShape("the name of an environment variable", TextChecks.Variable),
                            "Environment variable with a URL that is told of each run: URL/start, then URL or URL/fail."
                        )
                        {
                            Example = "NIGHTLY_PING_URL",
                        },
                        Enabled("Run this job.", "true")
                    )
                ),
                "What runs when."
            )
            {
                Default = "[]",
            }
        );
}
