using System.CommandLine;
using System.Text.Json;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary><c>actions cancel</c>: ends what runs, and takes out what waits: single ones, those of a rule, or all.</summary>
internal static class ActionCancelCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("id") { Description = "Ids of actions, or parts of them", Arity = ArgumentArity.ZeroOrMore };
        var waiting = new Option<bool>("--waiting") { Description = "All that have not started" };
        var rule = new Option<string?>("--rule")
        {
            Description = "All of this rule; with --waiting only those that have not started",
            HelpName = "ID",
        };
        var all = new Option<bool>("--all") { Description = "All that wait or run" };
        var command = new Command("cancel", "End an action that runs, or take it out before it starts") { ids, waiting, rule, all };
        command.Validators.Add(result =>
        {
            var named = result.GetResult(ids)?.Tokens.Count > 0;
            var many = result.GetValue(waiting) || result.GetResult(rule) is not null || result.GetValue(all);
            if (named == many)
                result.AddError("Either ids of actions, or --waiting, --rule or --all");
            else if (result.GetValue(all) && (result.GetValue(waiting) || result.GetResult(rule) is not null))
                result.AddError("Either --all, or --waiting and --rule");
        });
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            using var daemon = DaemonCall.Connect(paths);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(ids) is { Length: > 0 } parts)
                return Cancel(paths, daemon, parts, output);
            var count = daemon
                .Call("action.cancel", json => Write(json, parsed.GetValue(rule), parsed.GetValue(waiting)))
                .GetProperty("cancelled"u8)
                .GetInt64();
            output.WriteLine(count == 0 ? "Nothing to cancel" : $"Cancelled {ConsoleText.Count(count, "action")}");
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(
            command,
            "actions cancel 4zj7",
            "actions cancel --waiting",
            "actions cancel --rule deploy --waiting"
        );
    }

    private static void Write(Utf8JsonWriter json, string? rule, bool waiting)
    {
        if (rule is not null) json.WriteString("rule"u8, rule);
        json.WriteBoolean(waiting || rule is not null ? "waiting"u8 : "all"u8, waiting || rule is null);
    }

    // Each is tried, whatever becomes of the others.
    private static int Cancel(ProjectPaths paths, DaemonCall daemon, string[] parts, TextWriter output)
    {
        var faults = new List<string>();
        foreach (var part in parts)
        {
            try
            {
                var action = ActionLookup.Find(paths, part);
                if (daemon.Call("action.cancel", json => json.WriteString("id"u8, action.Id)).GetProperty("cancelled"u8).GetBoolean())
                    output.WriteLine($"Cancelled {action.Id}");
                else faults.Add($"Action {action.Id} has ended already ({action.Status.ToString().ToLowerInvariant()})");
            }
            catch (CommandException e) when (parts.Length > 1)
            {
                faults.Add(e.Message);
            }
        }
        return faults.Count == 0 ? ExitCodes.Success : throw new CommandException(string.Join("\n", faults));
    }
}
