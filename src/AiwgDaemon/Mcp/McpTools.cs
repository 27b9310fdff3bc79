using AiwgDaemon.Api;

namespace AiwgDaemon.Mcp;

/// <summary>The tools that agents get, each an operation. Never: approve, reject, raise a budget, change the configuration.</summary>
internal static class McpTools
{
    private const int Short = 300;

    public static IReadOnlyList<McpTool> All { get; } =
        [
            new("status", "daemon.summary", "Status of the daemon",
                "How the background daemon of this project is: health and what is wrong with cures, what runs, what failed last, the next "
                    + "scheduled jobs. Start here."),
            new("runs_list", "action.list", "Runs of actions",
                "Waiting, running and ended runs of actions, newest first. The next page: 'before' with the id of the last one.")
                { Page = 20, LongestText = Short },
            new("run_get", "action.get", "One run",
                "All that is known of a run: its rule, command, exit code, why it waits or failed."),
            new("run_log", "action.log", "Output of a run",
                "What a run printed: the end, unless 'from' says where to begin. 'to' of the answer is the 'from' of the next part."),
            new("events_list", "event.search", "Events",
                "Events of the journal, oldest first: changed files, fired jobs, webhooks, ends of runs (action.*). The page before: "
                    + "'until' with the timestamp of the first one. Long payloads are cut; event_get has the whole.")
                { Page = 20, LongestText = Short },
            new("event_get", "event.get", "One event", "One event with its payload."),
            new("rules_list", "rules.list", "Rules", "The rules, whether each fires, how often it ran, and what keeps it from firing."),
            new("rules_test", "rules.test", "Why a rule fires or not",
                "What each rule would do with an event and why not, without doing it. Give the id of an event that came, or what one would "
                    + "be: for instance path for a changed file."),
            new("cron_next", "cron.next", "When a job fires", "The next instants at which a cron expression fires."),
            new("config_validate", "config.validate", "Check the configuration",
                "Checks .aiwg/daemon.yaml, or 'text' in its place before you write it, and tells all that is wrong with line and cure."),
            new("logs_search", "log.search", "The daemon's log",
                "Lines of the daemon's own log. What an action printed is in run_log. The page before: 'skip'.")
                { Page = 50, LongestText = 1000 },
            new("doctor", "doctor.run", "Examine the surroundings",
                "Looks at files, permissions, limits, disk, clock and configuration, and tells what needs attention."),
            new("task_list", "task.list", "Tasks of agents", "Tasks of coding agents, newest first.") { Page = 20, LongestText = Short },
            new("task_get", "task.get", "One task", "A task, with its result if it has ended."),
            new("task_wait", "task.wait", "Wait for a task",
                "Waits until a task has ended, at most 50 seconds, and tells how it stands. Call it again if it has not ended."),
            new("event_emit", "event.emit", "Publish an event",
                "Publishes a manual event, which fires the rules for its type. rules_test tells before what would run.")
                { Only = ["type!", "payload"], IsDestructive = true },
            new("task_submit", "task.submit", "Give another agent a task",
                "Queues a prompt for a coding agent that works in the background. task_wait waits for it.")
                { Only = ["prompt!", "provider", "priority"] },
            new("task_cancel", "task.cancel", "Cancel an own task", "Ends a task that this session has submitted; no other one.")
                { IsDestructive = true, IsIdempotent = true },
            new("run_cancel", "action.cancel", "Cancel a run", "Cancels one run that waits or runs.")
                { Only = ["id!"], IsDestructive = true, IsIdempotent = true },
            new("run_retry", "action.retry", "Repeat a run", "Runs an ended run's action again with the same events.")
                { IsDestructive = true },
            new("action_run", "action.run", "Run an action", "Runs an action of the configuration by its name.") { IsDestructive = true },
            new("reload", "daemon.reload", "Apply the configuration",
                "Applies the configuration file. If it is not valid, nothing changes and the errors are told.") { IsIdempotent = true },
            new("rule_enable", "automation.enable", "Let a rule fire", "Lets a rule fire again that was disabled.")
                { Only = ["ruleId!"], IsIdempotent = true },
            new("rule_disable", "automation.disable", "Keep a rule from firing", "Keeps a rule from firing until it is enabled again.")
                { Only = ["ruleId!"], IsIdempotent = true },
        ];

    public static McpTool? Find(string name) => All.FirstOrDefault(tool => tool.Name == name);

    public static IEnumerable<McpTool> Within(Access allowed) => All.Where(tool => tool.Row.Access <= allowed);
}
