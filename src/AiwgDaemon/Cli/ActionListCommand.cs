using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary><c>actions list</c>, and <c>actions</c> alone: waiting, running and ended ones, the newest last; in JSON the newest
/// first.</summary>
internal static class ActionListCommand
{
    private const int Default = 200;

    public static Command Create()
    {
        var command = new Command("list", "Waiting, running and ended actions, the newest last");
        AddTo(command);
        return HelpScreen.WithExamples(
            command,
            "actions list --status waiting",
            "actions list --rule deploy --since 1d",
            "actions list --json | jq '.[] | select(.status == \"failed\")'"
        );
    }

    public static Option<bool> Utc() => new("--utc") { Description = "Instants in ISO 8601 UTC instead of relative times" };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document" };

    /// <summary>Gives the command the options of the list, and makes it its action.</summary>
    public static void AddTo(Command command)
    {
        var status = new Option<string?>("--status")
        {
            Description = "Only these: waiting (has not started), running, completed, failed, timeout, cancelled or lost",
            HelpName = "STATUS",
        };
        status.AcceptOnlyFromAmong("waiting", "queued", "running", "completed", "failed", "timeout", "cancelled", "lost");
        var rule = new Option<string?>("--rule")
        {
            Description = "Only of this rule; job:ID is the rule of a scheduled job, manual what somebody ran",
            HelpName = "ID",
        };
        var since = TimeOption.Create("--since", "Without what ended before: an instant in ISO 8601, 09:30, or 90s, 10m, 2h, 1d ago");
        var lines = LinesOption.Create($"How many of the newest (default: {Default})", Default);
        var (utc, json) = (Utc(), Json());
        foreach (var option in new Option[] { status, rule, since, lines, utc, json }) command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var wanted = new RunFilter
            {
                Status = parsed.GetValue(status),
                Rule = parsed.GetValue(rule),
                Since = parsed.GetValue(since),
                Limit = parsed.GetValue(lines),
            };
            var found = ActionLookup.Query(GlobalOptions.ProjectOf(parsed), wanted);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                // Unlike the table, the newest first, as always: programs take the first one for the newest.
                var records = found.Actions.Select(a => JsonSerializer.Serialize(a, StateJsonContext.Default.ActionRecord));
                output.WriteLine($"[{string.Join(",\n", records)}]");
                return ExitCodes.Success;
            }
            var style = TextStyle.OfOutput();
            var text = new StringBuilder();
            ActionsText
                .Table(found.Actions.Reverse(), DateTimeOffset.UtcNow, style, parsed.GetValue(utc), indent: "")
                .WriteTo(text, style.Width);
            if (found.Actions.Count == 0)
                text.Append(wanted.IsAny ? "No action has run yet\n" : "No such action is on record\n");
            output.Write(text.ToString());
            // Not among the rows: they are counted.
            if (found.InJournal > 0 && wanted.Status is null or "waiting" or "queued")
                parsed.InvocationConfiguration.Error.WriteLine(
                    $"{ConsoleText.Count(found.InJournal, "more event")} of rules that are full wait in the journal, and become runs "
                        + "when there is room"
                );
            return ExitCodes.Success;
        });
    }
}
