using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary><c>task</c>: prompts for coding agents, and what became of them. A task is named <c>task-0001</c> or <c>1</c>.</summary>
internal static class TaskCommand
{
    public static Command Create()
    {
        var command = HelpScreen.WithExamples(
            new Command("task", "Give a coding agent a task; list tasks, show one and its result")
            {
                TaskSubmitCommand.Create(), TaskListCommand.Create(), Show(), Result(), Wait(), Cancel(),
                OnRun("hold", "Keep a task back that has not started", "action.hold"),
                Decide("release", "Let a task go on that is held, or that waits for its provider", "task.release"),
                OnRun("retry", "Run an ended task again with the same prompt", "action.retry"),
                Decide("approve", "Let a task start that waits for an approval", "task.approve"),
                Decide("reject", "End a task that waits for an approval", "task.reject"),
                TaskWorktreeCommands.Diff(), TaskWorktreeCommands.Open(), TaskWorktreeCommands.Land(), TaskWorktreeCommands.Clean(),
                Stats(),
            },
            "task submit 'Mend the failing test in src/parser' --wait", "task list", "task result 12");
        return command;
    }

    public static Argument<string> Id() => new("id") { Description = "The task, for instance task-0012 or 12" };

    public static JsonElement Get(DaemonCall daemon, string id) => daemon.Call("task.get", json => json.WriteString("taskId"u8, id));

    /// <summary>Returns the task when it has ended.</summary>
    public static JsonElement UntilEnd(DaemonCall daemon, IEnumerable<JsonElement> events, string id, TextWriter error)
    {
        var task = Get(daemon, id);
        using var progress = new ProgressLine(error, () => $"{id} is {task.GetProperty("state"u8).GetString()}");
        if (HasEnded(task)) return task;
        foreach (var _ in events)
        {
            // Also what is no event: it says that some were missed.
            task = Get(daemon, id);
            if (HasEnded(task)) return task;
        }
        throw new CommandException($"The daemon ended before {id} did", ExitCodes.NotRunning);
    }

    /// <summary>Prints the result of a task that is completed; a <see cref="CommandException"/> says how another one ended.</summary>
    public static int Judge(JsonElement task, TextWriter output)
    {
        if (task.TryGetProperty("result"u8, out var result)) output.Write(result.GetString());
        var outcome = Text(task, "outcome");
        if (outcome == "completed") return ExitCodes.Success;
        var why = Text(task, "error") ?? (task.TryGetProperty("exitCode"u8, out var code) ? $"exit code {code.GetInt32()}" : null);
        throw new CommandException(
            ConsoleText.Printable($"{Text(task, "id")} ended as {outcome}{(why is null ? "" : $": {why}")}")
        );
    }

    public static string? Text(JsonElement task, string name) => task.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool HasEnded(JsonElement task) => task.TryGetProperty("outcome"u8, out _);

    private static Command Show()
    {
        var (id, json) = (Id(), ActionListCommand.Json());
        var command = new Command("show", "Everything about one task") { id, json };
        command.Aliases.Add("get");
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var task = Get(daemon, parsed.GetRequiredValue(id));
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(task.GetRawText());
            else output.Write(Describe(task));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "task show 12", "task show task-0012 --json | jq -r .result");
    }

    private static string Describe(JsonElement task)
    {
        var text = new StringBuilder();
        foreach (var member in task.EnumerateObject())
        {
            if (member.Name is "prompt" or "result") continue;
            var value = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
            text.Append(member.Name.PadRight(12)).Append(ConsoleText.Printable(value)).Append('\n');
        }
        text.Append("\nPrompt\n").Append(ConsoleText.Printable(Text(task, "prompt") ?? "").TrimEnd()).Append('\n');
        if (Text(task, "result") is { } result) text.Append("\nResult\n").Append(result.TrimEnd()).Append('\n');
        return text.ToString();
    }

    private static Command Result()
    {
        var id = Id();
        var command = new Command("result", "What the agent printed; exit code 1 if the task did not complete") { id };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var task = Get(daemon, parsed.GetRequiredValue(id));
            if (!HasEnded(task))
                throw new CommandException($"{Text(task, "id")} has not ended: it is {Text(task, "state")}; 'task wait' waits for it");
            return Judge(task, parsed.InvocationConfiguration.Output);
        });
        return HelpScreen.WithExamples(command, "task result 12");
    }

    private static Command Wait()
    {
        var id = Id();
        var command = new Command("wait", "Stay until a task has ended, and print its result") { id };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var events = daemon.Events("daemon", "action.*", OutputReader.Gone());
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            return Judge(UntilEnd(daemon, events, parsed.GetRequiredValue(id), error), output);
        });
        return HelpScreen.WithExamples(command, "task wait 12");
    }

    private static Command Cancel()
    {
        var ids = new Argument<string[]>("id") { Description = "Tasks, for instance 12 13", Arity = ArgumentArity.OneOrMore };
        var command = new Command("cancel", "End tasks, whether they wait or run") { ids };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var code = ExitCodes.Success;
            foreach (var id in parsed.GetRequiredValue(ids))
            {
                var answer = daemon.Call("task.cancel", json => json.WriteString("taskId"u8, id));
                var isCancelled = answer.GetProperty("cancelled"u8).GetBoolean();
                if (isCancelled) parsed.InvocationConfiguration.Output.WriteLine($"Cancelled {id}");
                else parsed.InvocationConfiguration.Error.WriteLine($"There is no task '{id}' that waits or runs");
                if (!isCancelled) code = ExitCodes.Failure;
            }
            return code;
        });
        return HelpScreen.WithExamples(command, "task cancel 12");
    }

    private static Command OnRun(string name, string about, string method)
    {
        var id = Id();
        var command = new Command(name, about) { id };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var task = Get(daemon, parsed.GetRequiredValue(id));
            var run = Text(task, "run") ?? throw new CommandException($"{Text(task, "id")} has no run that is still on record");
            daemon.Call(method, json => json.WriteString("id"u8, run));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, $"task {name} 12");
    }

    private static Command Decide(string name, string about, string method)
    {
        var id = Id();
        var command = new Command(name, about) { id };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            daemon.Call(method, json => json.WriteString("taskId"u8, parsed.GetRequiredValue(id)));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, $"task {name} 12");
    }

    private static Command Stats()
    {
        var json = ActionListCommand.Json();
        var command = new Command("stats", "How many tasks there are, by state") { json };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var stats = daemon.Call("task.stats");
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(stats.GetRawText());
            else foreach (var count in stats.EnumerateObject()) output.WriteLine($"{count.Name, -10}{count.Value.GetInt32(), 7}");
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "task stats");
    }
}
