using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary><c>actions hold</c> and <c>actions release</c>: keep a run back that has not started, and let it go.</summary>
internal static class ActionHoldCommands
{
    public static Command Hold() =>
        HelpScreen.WithExamples(
            Create("hold", "Keep an action back that has not started, also over a restart", "action.hold", "Held"),
            "actions hold 4zj7"
        );

    public static Command Release() =>
        HelpScreen.WithExamples(Create("release", "Let an action go that is held", "action.release", "Released"), "actions release 4zj7");

    private static Command Create(string verb, string description, string method, string done)
    {
        var id = ActionsCommand.Id();
        var command = new Command(verb, description) { id };
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            using var daemon = DaemonCall.Connect(paths);
            var action = ActionLookup.Find(paths, parsed.GetRequiredValue(id));
            daemon.Call(method, json => json.WriteString("id"u8, action.Id));
            parsed.InvocationConfiguration.Output.WriteLine($"{done} {action.Id}");
            return ExitCodes.Success;
        });
        return command;
    }
}
