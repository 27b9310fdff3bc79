using System.CommandLine;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary><c>events show</c>: one event with its payload, and what each rule did with it. From files; the live daemon is asked for its
/// runs.</summary>
internal static class EventShowCommand
{
    private const int MostNamed = 3;

    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The event's id, or the beginning or end of it" };
        var utc = new Option<bool>("--utc") { Description = "Instants in ISO 8601 UTC, as on a pipe" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("show", "One event with its payload: which rules it fired, which not and why, and what ran")
        {
            id,
            utc,
            json,
        };
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            var @event = Find(paths, parsed.GetRequiredValue(id));
            var report = EventReport.Of(@event, SeenConfiguration.Load(parsed).Rules, paths);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(report.ToJson());
            else output.Write(report.ToText(DateTimeOffset.UtcNow, TextStyle.OfOutput(), parsed.GetValue(utc)));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "events show 4f1c9a27b0de", "events show 4f1c --json");
    }

    /// <summary>The only event on record whose id is, begins or ends with the text.</summary>
    public static DaemonEvent Find(ProjectPaths paths, string part)
    {
        if (part.Length == 0)
            throw new CommandException("The id of an event is needed; 'aiwg-daemon events --json' shows them", ExitCodes.Usage);
        var found = EventFiles.Find(paths.Events, part, MostNamed);
        var shown = ConsoleText.Printable(part);
        return found switch
        {
            [var one] => one,
            [] => throw new CommandException(
                $"There is no event '{shown}' on record; 'aiwg-daemon events --json' shows ids, and history.events_days says how long "
                    + "events are kept"
            ),
            _ => throw new CommandException(
                $"'{shown}' fits several events, among them {string.Join(", ", found.Select(e => e.Id))}; write more of the id"
            ),
        };
    }
}
