using System.CommandLine;
using System.Text.Json;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary><c>actions</c>: what ran, runs and is to run. An id may be shortened to any part that only one has at its beginning or end.</summary>
internal static class ActionsCommand
{
    public static Command Create()
    {
        var command = HelpScreen.WithExamples(
            new Command("actions", "List actions, show one and its output, cancel or run one") { List(), Show(), ActionLogsCommand.Create(), Cancel(), ActionRunCommand.Create() },
            "actions", "actions logs 4zj --follow", "actions run test");
        var (utc, json) = (Utc(), Json());
        command.Options.Add(utc);
        command.Options.Add(json);
        command.SetAction(parsed => WriteList(parsed, parsed.GetValue(utc), parsed.GetValue(json)));
        return command;
    }

    private static Option<bool> Utc() => new("--utc") { Description = "Instants in ISO 8601 UTC instead of relative times" };

    private static Option<bool> Json() => new("--json") { Description = "Print one JSON document" };

    public static Argument<string> Id() => new("id") { Description = "The action's id, or a part of it" };

    private static Command List()
    {
        var (utc, json) = (Utc(), Json());
        var command = new Command("list", "Running, queued and recent actions") { utc, json };
        command.SetAction(parsed => WriteList(parsed, parsed.GetValue(utc), parsed.GetValue(json)));
        return HelpScreen.WithExamples(command, "actions list", "actions list --json | jq '.[] | select(.status == \"failed\")'");
    }

    private static Command Show()
    {
        var (id, utc, json) = (Id(), Utc(), Json());
        var command = new Command("show", "Everything about one action") { id, utc, json };
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

    private static Command Cancel()
    {
        var id = Id();
        var command = new Command("cancel", "End an action that runs, or take it out of the queue") { id };
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            using var daemon = DaemonCall.Connect(paths);
            var action = ActionLookup.Find(paths, parsed.GetRequiredValue(id));
            var cancelled = daemon.Call("action.cancel", json => json.WriteString("id"u8, action.Id)).GetProperty("cancelled"u8).GetBoolean();
            if (!cancelled) throw new CommandException($"Action {action.Id} has ended already ({action.Status.ToString().ToLowerInvariant()})");
            parsed.InvocationConfiguration.Output.WriteLine($"Cancelled {action.Id}");
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "actions cancel 4zj7");
    }

    private static int WriteList(ParseResult parsed, bool utc, bool json)
    {
        var actions = ActionLookup.All(GlobalOptions.ProjectOf(parsed));
        var output = parsed.InvocationConfiguration.Output;
        if (json)
        {
            output.WriteLine($"[{string.Join(",\n", actions.Select(a => JsonSerializer.Serialize(a, StateJsonContext.Default.ActionRecord)))}]");
            return ExitCodes.Success;
        }
        var style = TextStyle.OfOutput();
        var text = new System.Text.StringBuilder();
        ActionsText.Table(actions, DateTimeOffset.UtcNow, style, utc, indent: "").WriteTo(text, style.Width);
        output.Write(actions.Count == 0 ? "No action has run yet\n" : text.ToString());
        return ExitCodes.Success;
    }
}
