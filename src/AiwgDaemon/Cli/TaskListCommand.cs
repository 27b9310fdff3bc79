using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AiwgDaemon.Cli;

/// <summary><c>task list</c>: the newest last on a terminal, the newest first in JSON.</summary>
internal static class TaskListCommand
{
    private const int Default = 50;

    public static Command Create()
    {
        var state = new Option<string?>("--state")
        {
            Description = "Only these: queued, running, completed, failed or cancelled",
            HelpName = "STATE",
        };
        state.AcceptOnlyFromAmong("queued", "running", "completed", "failed", "cancelled");
        var lines = LinesOption.Create($"How many of the newest (default: {Default})", Default);
        var (utc, json) = (ActionListCommand.Utc(), ActionListCommand.Json());
        var command = new Command("list", "Tasks of coding agents, the newest last") { state, lines, utc, json };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var tasks = daemon.Call("task.list", writer =>
            {
                if (parsed.GetValue(state) is { } wanted) writer.WriteString("state"u8, wanted);
                writer.WriteNumber("limit"u8, parsed.GetValue(lines));
            });
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(tasks.GetRawText());
            else output.Write(Table(tasks, parsed.GetValue(utc)));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "task list", "task list --state queued", "task list --json | jq '.[0]'");
    }

    private static string Table(JsonElement tasks, bool utc)
    {
        var style = TextStyle.OfOutput();
        var now = DateTimeOffset.UtcNow;
        var table = new TextTable("", false, false, true, false, false).WithTitles(style, "TASK", "STATE", "WHEN", "AGENT", "PROMPT");
        foreach (var task in tasks.EnumerateArray().Reverse())
        {
            var when = TaskCommand.Text(task, "completedAt") ?? TaskCommand.Text(task, "startedAt") ?? TaskCommand.Text(task, "createdAt")!;
            var prompt = TaskCommand.Text(task, "prompt") ?? "";
            table.Add(
                TaskCommand.Text(task, "id")!,
                TaskCommand.Text(task, "outcome") ?? TaskCommand.Text(task, "state")!,
                ConsoleText.When(DateTimeOffset.Parse(when, CultureInfo.InvariantCulture), now, utc),
                ConsoleText.Printable(TaskCommand.Text(task, "agent") ?? ""),
                ConsoleText.Printable(prompt.TrimStart().Split('\n')[0])
            );
        }
        var text = new StringBuilder();
        table.WriteTo(text, style.Width);
        if (table.IsEmpty) text.Append("There is no such task; 'aiwg-daemon task submit' gives one\n");
        return text.ToString();
    }
}
