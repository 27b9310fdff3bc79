using System.CommandLine;
using System.Text.Json;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary><c>actions</c>: what ran, runs and is to run. An id may be shortened to any part that only one has at its beginning or
/// end.</summary>
internal static class ActionsCommand
{
    public static Command Create()
    {
        var command = HelpScreen.WithExamples(
            new Command("actions", "List actions, show one and its output; run, cancel, hold or repeat one")
            {
                ActionListCommand.Create(), Show(), ActionLogsCommand.Create(), ActionCancelCommand.Create(), ActionRetryCommand.Create(),
                ActionHoldCommands.Hold(), ActionHoldCommands.Release(), ActionRunCommand.Create(),
            },
            "actions", "actions --status failed --since 1d", "actions logs 4zj --follow", "actions run test");
        ActionListCommand.AddTo(command);
        return command;
    }

    public static Argument<string> Id() => new("id") { Description = "The action's id, or a part of it" };

    private static Command Show()
    {
        var (id, utc, json) = (Id(), ActionListCommand.Utc(), ActionListCommand.Json());
        var command = new Command("show", "Everything about one action, also what it waits for") { id, utc, json };
        command.SetAction(parsed =>
        {
            var action = ActionLookup.Find(GlobalOptions.ProjectOf(parsed), parsed.GetRequiredValue(id));
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(JsonSerializer.Serialize(action, StateJsonContext.Default.ActionRecord));
            else output.Write(ActionsText.Describe(action, DateTimeOffset.UtcNow, TextStyle.OfOutput(), parsed.GetValue(utc)));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "actions show 0h3kd9vz8m2q4zj7", "actions show 4zj7");
    }
}
