using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary><c>actions retry</c>: a new run with the events of an ended one.</summary>
internal static class ActionRetryCommand
{
    public static Command Create()
    {
        var id = ActionsCommand.Id();
        var command = new Command("retry", "Run an ended action again with its events, as it is configured now; print the new id") { id };
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            using var daemon = DaemonCall.Connect(paths);
            var action = ActionLookup.Find(paths, parsed.GetRequiredValue(id));
            parsed.InvocationConfiguration.Output.WriteLine(
                daemon.Call("action.retry", json => json.WriteString("id"u8, action.Id)).GetProperty("id"u8).GetString()
            );
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "actions retry 4zj7");
    }
}
