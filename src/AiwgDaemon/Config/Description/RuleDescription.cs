using AiwgDaemon.Actions.Kinds;
using static AiwgDaemon.Config.Description.CommonShapes;

namespace AiwgDaemon.Config.Description;

/// <summary>The keys of rules and actions: what runs, and when.</summary>
internal static class RuleDescription
{
    /// <summary>Stands for an action that is only named; no key of the file.</summary>
    public const string ActionName = "ref";

    // Not a field: Root is made before the fields of this file.
    private static string[] Programs =>
        [.. ActionKinds.All.Where(kind => kind is ProgramKind { IsConfigurable: true }).Select(kind => kind.Name)];

    public static ObjectShape Action() =>
        new(
            "the name of an action, or a map with the key type",
            [
                KindKeys.Type(),
                .. KindKeys.All(),
                new("timeout_minutes", Fraction(0.001, 43200), "The action is ended after this; fractions allowed.")
                {
                    DefaultWords = "daemon.action_timeout_minutes",
                    Example = "10",
                },
                new(
                    "env",
                    new DictionaryShape(
                        "a map of variables",
                        new TextShape("text") { AnyScalar = true, MayBeEmpty = true },
                        TextChecks.Variable
                    )
                    {
                        KeyWord = "VARIABLE",
                    },
                    "Added to the inherited environment."
                )
                {
                    Default = "{}",
                    Example = "{CI: \"1\"}",
                },
                new(
                    "pass_env",
                    new ListShape(
                        "a list of environment variables",
                        new TextShape("the name of an environment variable", TextChecks.Variable)
                    )
                    {
                        OrSingle = true,
                    },
                    "Secrets of the daemon that the action may see; they are withheld otherwise."
                )
                {
                    Default = "[]",
                    Example = "[AIWG_WEBHOOK_SECRET]",
                },
                new("cwd", new TextShape("a path", TextChecks.Path), "Working directory, relative to the project.") { Default = "\".\"" },
                new(
                    "env_file",
                    new TextShape("a path", TextChecks.Path),
                    "A dotenv file with further variables, relative to the project; read at each start, and env goes before it."
                )
                {
                    Example = "deploy.env",
                },
                new(
                    "only_if",
                    new ListShape("a list of words", new TextShape("text") { AnyScalar = true, MayBeEmpty = true }) { NotEmpty = true },
                    "Program and arguments that say whether the action runs: exit code 0 yes, 10 no, else it fails."
                )
                {
                    Example = "[test, -e, package.json]",
                },
                new(
                    "success_exit_codes",
                    new ListShape("a list of exit codes", Whole(0, 255)) { OrSingle = true, NotEmpty = true },
                    "Exit codes that mean success."
                )
                {
                    For = Programs,
                    Default = "[0]",
                    Example = "[0, 3]",
                },
                new("stdin", new ChoiceShape("event", "none"), "What standard input holds: the event as JSON, or nothing.")
                {
                    For = Programs,
                    Default = "event",
                },
                new("nice", Whole(-20, 19), "Priority at the processor: 19 comes last, -20 first; below the daemon's own needs root.")
                {
                    For = Programs,
                    DefaultWords = "the daemon's own",
                    Example = "10",
                },
                new(
                    "group",
                    new TextShape("the name of a group", TextChecks.Name),
                    "Group in groups, of which only so many run at a time; the action sees its place as AIWG_SLOT."
                )
                {
                    Example = "deploy",
                },
                new("priority", Whole(-1000, 1000), "Higher runs first.") { Default = "0" },
            ]
        )
        {
            ShortFor = ActionName,
            Discriminator = "type",
        };

    public static ObjectShape Rule() =>
        new(
            "a map with the keys id, event and action",
            new("id", new TextShape("an id", TextChecks.Name), "Name of the rule, unique.")
            {
                Required = true,
                OldName = "name",
                Example = "test-on-change",
            },
            Enabled("Apply this rule.", "true"),
            new("event", Event(), "Which events the rule is for: all that is given must hold.") { Required = true },
            new("action", Action(), "Name of an action, a command of aiwg, or an action written inline.")
            {
                Required = true,
                Example = "test",
            },
            new("cooldown_minutes", Fraction(0, 525_600), "Shortest time between two runs; fractions allowed.") { Default = "0" },
            new(
                "settle_ms",
                Whole(0, 600_000),
                "Fires once for a whole burst of events: when none has come for so long, or after 10 times as long."
            )
            {
                Default = "0",
                Example = "1000",
            },
            new(
                "on_busy",
                new ChoiceShape("queue", "skip", "coalesce", "restart", "allow"),
                "What a matching event does while the action is queued or running."
            )
            {
                DefaultWords = "coalesce for watch events, else queue",
                DefaultFrom = static rule => (rule["event"] as MapNode)?.TextOf("source") == "watch" ? "coalesce" : "queue",
            },
            new("retries", Whole(0, 100), "How often a failed action is tried again.") { Default = "0" },
            new("retry_seconds", Fraction(0, 86_400), "Time between a failure and the next attempt, the same each time; fractions allowed.")
            {
                DefaultWords = "1, doubled with each attempt up to 60",
                Example = "30",
            },
            new("on_lost", new ChoiceShape("record", "rerun"), "What becomes of a run whose end a killed daemon did not see.")
            {
                Default = "record",
            },
            new(
                "ignore_own_changes",
                Flag,
                "Files that the action itself changes do not trigger the rule again; what others change meanwhile waits for the end of "
                    + "the run."
            )
            {
                DefaultWords = "false with on_busy restart or allow, else true",
                DefaultFrom = static rule => rule.TextOf("on_busy") is "restart" or "allow" ? "false" : "true",
            }
        );

    private static ObjectShape Event() =>
        new(
            "a map with the key source or type",
            new("source", new ChoiceShape([.. EventCatalogue.All.Select(kind => kind.Word)]), "Where the event comes from.")
            {
                Example = "watch",
            },
            new("type", new TextShape("an event type"), "Type of the event; * stands for anything.") { Example = "file.*" },
            new(
                "path_pattern",
                new ListShape("a pattern, or a list of them", new TextShape("a pattern", TextChecks.PathPattern)) { OrSingle = true },
                "Watched paths, relative to the project; one must match."
            )
            {
                Default = "[]",
                Example = "\"src/**/*.ts\"",
            },
            new("endpoint", new TextShape("a URL path", TextChecks.UrlPath), "Webhook endpoint.") { Example = "/ci" },
            new("job_id", new TextShape("an id", TextChecks.Name), "Scheduled job.") { Example = "nightly" },
            new(
                "match",
                new DictionaryShape("a map of conditions", new ConditionShape(), TextChecks.PayloadPath) { KeyWord = "PATH" },
                "Conditions on the payload: dotted path and value, list of values, or comparison."
            )
            {
                Default = "{}",
                Example = "{body.ref: refs/heads/*}",
            }
        );
}
