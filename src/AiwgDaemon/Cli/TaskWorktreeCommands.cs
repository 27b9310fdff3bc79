using System.CommandLine;
using System.Text.Json;

namespace AiwgDaemon.Cli;

/// <summary><c>task diff</c>, <c>open</c>, <c>land</c> and <c>clean</c>: what became of the files.</summary>
internal static class TaskWorktreeCommands
{
    // A check of the rebased work may take its time.
    private static readonly TimeSpan LandLimit = TimeSpan.FromHours(1);

    public static Command Diff()
    {
        var id = TaskCommand.Id();
        var stat = new Option<bool>("--stat") { Description = "Only which files, and how much" };
        var command = new Command("diff", "What a task has changed, as a patch") { id, stat };
        command.SetAction(parsed =>
        {
            var diff = Call(parsed, id, "task.diff");
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(stat)) output.WriteLine(diff.GetProperty("stat"u8).GetString());
            else output.Write(File.ReadAllText(diff.GetProperty("file"u8).GetString()!));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "task diff 12 --stat", "task diff 12 | git apply");
    }

    public static Command Open()
    {
        var id = TaskCommand.Id();
        var command = new Command("open", "Print the directory that a task works in") { id };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(Call(parsed, id, "task.open").GetProperty("path"u8).GetString());
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "task open 12", "cd \"$(aiwg-daemon task open 12)\"");
    }

    public static Command Land()
    {
        var id = TaskCommand.Id();
        var command = new Command("land", "Rebase a task's work on the branch of the project, check it again and merge it") { id };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(Call(parsed, id, "task.land").GetProperty("commit"u8).GetString());
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "task land 12");
    }

    public static Command Clean()
    {
        var id = new Argument<string?>("id") { Description = "Only that of this task", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("clean", "Remove the worktrees of ended tasks of which nothing can be lost") { id };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var answer = daemon.Call("task.clean", json =>
            {
                if (parsed.GetValue(id) is { } wanted) json.WriteString("taskId"u8, wanted);
            }, LandLimit);
            var output = parsed.InvocationConfiguration.Output;
            foreach (var task in answer.GetProperty("removed"u8).EnumerateArray()) output.WriteLine($"Removed that of {task.GetString()}");
            foreach (var task in answer.GetProperty("kept"u8).EnumerateArray())
                output.WriteLine(ConsoleText.Printable($"Kept that of {TaskCommand.Text(task, "task")}: {TaskCommand.Text(task, "why")}"));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "task clean", "task clean 12");
    }

    private static JsonElement Call(ParseResult parsed, Argument<string> id, string method)
    {
        using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
        return daemon.Call(method, json => json.WriteString("taskId"u8, parsed.GetRequiredValue(id)), LandLimit);
    }
}
