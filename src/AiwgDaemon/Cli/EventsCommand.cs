using System.CommandLine;
using System.Text.Json;
using System.Text;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Cli;

/// <summary><c>events</c>: what happened, from the journal, so that it works without a daemon too; following needs a live one.</summary>
internal static class EventsCommand
{
    private const int Default = 20;

    public static Command Create()
    {
        var lines = LinesOption.Create("How many of the newest events (default: 20, or all if --since is given)", Default);
        var follow = new Option<bool>("--follow", "-f") { Description = "Stay and print what happens" };
        var source = new Option<string?>("--source")
        {
            Description = "Only from watch, schedule, webhook, manual or daemon",
            HelpName = "SOURCE",
        };
        source.AcceptOnlyFromAmong("watch", "schedule", "webhook", "manual", "daemon");
        var type = new Option<string?>("--type") { Description = "Only of this type; * stands for anything", HelpName = "TYPE" };
        var rule = new Option<string?>("--rule")
        {
            Description = "Only what this rule is for; job:ID is the rule of a scheduled job",
            HelpName = "ID",
        };
        var since = TimeOption.Create("--since", "Only from then on: an instant in ISO 8601, 09:30, or 90s, 10m, 2h, 1d ago");
        var until = TimeOption.Create("--until", "Only up to then");
        var utc = new Option<bool>("--utc") { Description = "Instants in ISO 8601 UTC, as on a pipe" };
        var json = new Option<bool>("--json") { Description = "One JSON document; with --follow one line of JSON for each event" };
        var command = new Command("events", "Show what happened: files changed, jobs fired, webhooks received, actions ended")
        {
            EventShowCommand.Create(), lines, follow, source, type, rule, since, until, utc, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(follow) && result.GetResult(until) is not null) result.AddError("Either --follow or --until, not both");
        });
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            var filter = new EventFilter(
                parsed.GetValue(source),
                parsed.GetValue(type),
                parsed.GetValue(since),
                parsed.GetValue(until),
                EventsOf(parsed, parsed.GetValue(rule))
            );
            // Subscribed before the past is read: nothing falls in between.
            using var daemon = parsed.GetValue(follow) ? DaemonCall.Connect(paths) : null;
            var live = daemon?.Events(filter.Source, filter.Type, OutputReader.Gone());
            var isAll = filter.Since is not null && parsed.GetResult(lines) is null or { Implicit: true };
            var past = isAll ? EventFiles.All(paths.Events, filter) : EventFiles.Last(paths.Events, parsed.GetValue(lines), filter);
            var screen = new EventScreen(
                parsed.InvocationConfiguration.Output,
                TextStyle.OfOutput(),
                parsed.GetValue(utc),
                parsed.GetValue(json)
            );
            if (live is not null)
                screen.Follow(past, live, filter);
            else
                screen.WriteAll(
                    past,
                    parsed.GetValue(lines) == 0 && !isAll ? null
                        : filter.IsAny ? "No event is on record yet"
                        : "No such event is on record"
                );
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(
            command,
            "events",
            "events --follow --source watch",
            "events --type 'action.*' --since 1h",
            "events --rule deploy --json | jq '.[].id'"
        );
    }

    // Events of a rule that is no longer there are none: as with any other filter that nothing fits.
    private static EventMatch? EventsOf(ParseResult parsed, string? rule)
    {
        if (rule is null)
            return null;
        if (SeenConfiguration.Load(parsed).Rules.FirstOrDefault(r => r.Id == rule) is { } known)
            return known.Event;
        parsed.InvocationConfiguration.Error.WriteLine(
            $"The configuration has no rule '{ConsoleText.Printable(rule)}'; 'aiwg-daemon rules' lists them"
        );
        return new EventMatch { Type = "" };
    }
}
