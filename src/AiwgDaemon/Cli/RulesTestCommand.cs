using System.CommandLine;
using System.Text.Json;
using System.Text;
using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Cli;

/// <summary><c>rules test</c>: what each rule would do with an event, without doing it: the tool for "a rule does not fire".</summary>
internal static class RulesTestCommand
{
    // More than that nobody reads on a screen who asks for one event.
    private const int MostMismatches = 10;

    public static Command Create()
    {
        var source = new Option<string?>("--source")
        {
            Description = "watch, schedule, webhook, manual or daemon (default: watch where --path is given, else manual)",
            HelpName = "SOURCE",
        };
        source.AcceptOnlyFromAmong("watch", "schedule", "webhook", "manual", "daemon");
        var type = new Option<string?>("--type")
        {
            Description = "The event's type (default: what is usual for the source)",
            HelpName = "TYPE",
        };
        var path = new Option<string?>("--path") { Description = "watch: the file, relative to the project", HelpName = "PATH" };
        var job = new Option<string?>("--job") { Description = "schedule: the job's id", HelpName = "ID" };
        var endpoint = new Option<string?>("--endpoint") { Description = "webhook: the endpoint's path", HelpName = "PATH" };
        var payload = new Option<string?>("--payload") { Description = "The payload as one JSON value", HelpName = "JSON" };
        var came = new Option<string?>("--event")
        {
            Description = "An event that came, by its id or the beginning or end of it, in place of all the others",
            HelpName = "ID",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var file = ConfigCommand.File();
        var command = new Command(
            "test",
            "Say which rules an event would meet, what would run, and what keeps it from running, without running it"
        )
        {
            source,
            type,
            path,
            job,
            endpoint,
            payload,
            came,
            json,
            file,
        };
        Option[] parts = [source, type, path, job, endpoint, payload];
        command.Validators.Add(result =>
        {
            if (result.GetResult(came) is not null && parts.FirstOrDefault(part => result.GetResult(part) is not null) is { } other)
                result.AddError($"Either --event or {other.Name}, not both");
        });
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            var configuration = SeenConfiguration.Load(parsed, file, out var isRunning);
            var id = parsed.GetValue(came);
            var @event = id is not null ? EventShowCommand.Find(paths, id) : Trial(new()
            {
                Source = parsed.GetValue(source), Type = parsed.GetValue(type), Path = parsed.GetValue(path),
                Job = parsed.GetValue(job), Endpoint = parsed.GetValue(endpoint), Payload = parsed.GetValue(payload),
            });
            var live = isRunning ? LiveRules.OfDaemon(paths) : LiveRules.OfFiles(paths, configuration);
            var trials = new RuleTrials(configuration, paths.Project, live.Automation, live.Facts).Judge(@event, id is not null);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(Json(trials, configuration));
            else Write(trials, configuration, @event, output, TextStyle.OfOutput());
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(
            command,
            "rules test --path src/app.ts",
            "rules test --source webhook --endpoint /ci --payload '{\"body\": {\"ref\": \"refs/heads/main\"}}'",
            "rules test --source schedule --job nightly",
            "rules test --event 4f1c9a27b0de"
        );
    }

    private static DaemonEvent Trial(TrialEvent.Parts parts)
    {
        try
        {
            return TrialEvent.Create(parts);
        }
        catch (FormatException e)
        {
            // It begins with the name of the parameter.
            throw new CommandException($"--{e.Message}", ExitCodes.Usage);
        }
    }

    private static void Write(
        IReadOnlyList<RuleTrial> trials,
        DaemonConfiguration configuration,
        DaemonEvent @event,
        TextWriter output,
        TextStyle style
    )
    {
        var what =
            $"{EventJson.Word(@event.Source)} {ConsoleText.Printable(@event.Type)} {ConsoleText.Printable(@event.Subject)}".TrimEnd();
        var running = trials.Where(t => t.WouldRun is not null).ToList();
        output.WriteLine(
            running.Count > 0 ? $"{ConsoleText.Count(running.Count, "rule")} for: {what}"
            : trials.Any(t => t.Matches) ? $"Nothing would run for: {what}"
            : $"No rule is for: {what}"
        );
        foreach (var trial in trials.Where(t => t.Matches))
        {
            var why =
                trial.Reason is null ? ""
                : trial.WouldRun is null ? $", {trial.Reason}"
                : $" ({trial.Reason})";
            output.WriteLine(Shown($"  {trial.Id}: {trial.WouldRun ?? "nothing"}{why}", style));
        }
        if (trials.Any(t => t.Matches))
            return;
        // Of the rules for such a source, what keeps each from the event.
        var sources = configuration.Rules.ToDictionary(r => r.Id, r => r.Event.Source, StringComparer.Ordinal);
        var missed = trials.Where(t => sources[t.Id] is not { } source || source == @event.Source).ToList();
        foreach (var trial in missed.Take(style.Terminal ? MostMismatches : missed.Count))
            output.WriteLine(Shown($"  {trial.Id} {trial.Reason}", style));
        if (style.Terminal && missed.Count > MostMismatches)
            output.WriteLine(style.Dim($"  and {missed.Count - MostMismatches} more"));
    }

    // A payload may be long; a pipe gets all of it.
    private static string Shown(string line, TextStyle style) =>
        style.Terminal ? TextWidth.Fit(ConsoleText.Printable(line), Math.Max(style.Width, 200)) : ConsoleText.Printable(line);

    private static string Json(IReadOnlyList<RuleTrial> trials, DaemonConfiguration configuration)
    {
        var rules = configuration.Rules.ToDictionary(r => r.Id, StringComparer.Ordinal);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, EventJson.Format with { Indented = true }))
        {
            json.WriteStartArray();
            // What matches first: most readers ask for the first of the list.
            foreach (var trial in trials.OrderByDescending(t => t.Matches))
            {
                json.WriteStartObject();
                RulesCommand.WriteRule(json, rules[trial.Id]);
                json.WriteBoolean("matches"u8, trial.Matches);
                json.WriteString("would_run"u8, trial.WouldRun);
                json.WriteString("reason"u8, trial.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
