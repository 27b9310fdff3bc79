using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary><c>events</c>: what happened, from the journal, so that it works without a daemon too; following needs a live one.</summary>
internal static class EventsCommand
{
    public static Command Create()
    {
        var lines = new Option<int>("--lines", "-n") { Description = "How many of the newest events (default: 20)", HelpName = "N", DefaultValueFactory = _ => 20 };
        lines.Validators.Add(result =>
        {
            // By the token: asking for the value throws where it is no number.
            if (result.Tokens is [var word] && !(int.TryParse(word.Value, out var number) && number >= 0)) result.AddError("--lines takes a whole number of 0 or more");
        });
        var follow = new Option<bool>("--follow", "-f") { Description = "Stay and print what happens" };
        var source = new Option<string?>("--source") { Description = "Only from watch, schedule, webhook, manual or daemon", HelpName = "SOURCE" };
        source.AcceptOnlyFromAmong("watch", "schedule", "webhook", "manual", "daemon");
        var type = new Option<string?>("--type") { Description = "Only of this type; * stands for anything", HelpName = "TYPE" };
        var json = new Option<bool>("--json") { Description = "One JSON document; with --follow one line of JSON for each event" };
        var command = new Command("events", "Show what happened: files changed, jobs fired, webhooks received, actions ended") { lines, follow, source, type, json };
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            var output = parsed.InvocationConfiguration.Output;
            var (wantedSource, wantedType, asJson) = (parsed.GetValue(source), parsed.GetValue(type), parsed.GetValue(json));
            // Subscribed before the past is read: nothing falls in between.
            using var daemon = parsed.GetValue(follow) ? DaemonCall.Connect(paths) : null;
            var live = daemon?.Events(wantedSource, wantedType, OutputReader.Gone());
            var count = parsed.GetValue(lines);
            var past = EventFiles.Last(paths.Events, count, wantedSource, wantedType);
            if (live is null) WriteAll(past, output, asJson, wantedSource is not null || wantedType is not null ? "No event of that kind is on record" : "No event is on record yet", count);
            else Follow(past, live, output, asJson);
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "events", "events --follow --source watch", "events --type 'action.*' --lines 5", "events --json | jq '.[].type'");
    }

    private static void WriteAll(IReadOnlyList<DaemonEvent> events, TextWriter output, bool asJson, string none, int asked)
    {
        if (!asJson)
        {
            foreach (var @event in events) output.WriteLine(Line(@event));
            if (events.Count == 0 && asked > 0) output.WriteLine(none);
            return;
        }
        var separator = "[";
        foreach (var @event in events)
        {
            output.Write($"{separator}\n  {Encoding.UTF8.GetString(EventJson.ToBytes(@event))}");
            separator = ",";
        }
        output.WriteLine(events.Count == 0 ? "[]" : "\n]");
    }

    private static void Follow(IReadOnlyList<DaemonEvent> past, IEnumerable<JsonElement> live, TextWriter output, bool asJson)
    {
        var printed = past.Select(e => e.Id).ToHashSet();
        foreach (var @event in past) output.WriteLine(asJson ? Encoding.UTF8.GetString(EventJson.ToBytes(@event)) : Line(@event));
        output.Flush();
        foreach (var element in live)
        {
            if (EventJson.Parse(element) is not { } @event || !printed.Add(@event.Id)) continue;
            // Only the seam between past and present can hold an event twice.
            if (printed.Count > 10_000) printed.Clear();
            output.WriteLine(asJson ? Encoding.UTF8.GetString(EventJson.ToBytes(@event)) : Line(@event));
            output.Flush();
        }
    }

    private static string Line(DaemonEvent @event)
    {
        var subject = @event.Subject.Length > 0 ? @event.Subject : Encoding.UTF8.GetString(@event.Payload.Span);
        var again = @event.Redelivered ? "  (delivered again)" : "";
        return $"{ConsoleText.Iso(@event.Timestamp)}  {EventJson.Word(@event.Source),-8}  {ConsoleText.Printable(@event.Type),-16}  {TextWidth.Fit(ConsoleText.Printable(subject), 200)}{again}";
    }
}
