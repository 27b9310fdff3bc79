using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Cli;

/// <summary><c>rules</c>: what the configuration would do with an event, without doing it, from the file that the running daemon works by; only <c>resume</c> asks the daemon.</summary>
internal static class RulesCommand
{
    // More than that nobody reads who asks for one event.
    private const int MostMismatches = 10;

    public static Command Create()
    {
        var (file, json) = (ConfigCommand.File(), Json());
        var command = new Command("rules", "List the rules, and try which of them an event would meet") { List(), Test(), Resume(), json, file };
        command.SetAction(parsed => WriteList(parsed, parsed.GetValue(json), file));
        return HelpScreen.WithExamples(command, "rules", "rules test --path src/app.ts");
    }

    private static Option<bool> Json() => new("--json") { Description = "Print one JSON document" };

    private static Command List()
    {
        var (file, json) = (ConfigCommand.File(), Json());
        var command = new Command("list", "All rules in the order of the file; 'job:' stands before a scheduled job") { json, file };
        command.SetAction(parsed => WriteList(parsed, parsed.GetValue(json), file));
        return HelpScreen.WithExamples(command, "rules list");
    }

    private static Command Test()
    {
        var source = new Option<string?>("--source") { Description = "watch, schedule, webhook, manual or daemon (default: watch where --path is given, else manual)", HelpName = "SOURCE" };
        source.AcceptOnlyFromAmong("watch", "schedule", "webhook", "manual", "daemon");
        var type = new Option<string?>("--type") { Description = "The event's type (default: what is usual for the source)", HelpName = "TYPE" };
        var path = new Option<string?>("--path") { Description = "watch: the file, relative to the project", HelpName = "PATH" };
        var job = new Option<string?>("--job") { Description = "schedule: the job's id", HelpName = "ID" };
        var endpoint = new Option<string?>("--endpoint") { Description = "webhook: the endpoint's path", HelpName = "PATH" };
        var payload = new Option<string?>("--payload") { Description = "The payload as one JSON value", HelpName = "JSON" };
        var (file, json) = (ConfigCommand.File(), Json());
        var command = new Command("test", "Say which rules an event would meet and what would run, without running it") { source, type, path, job, endpoint, payload, json, file };
        command.SetAction(parsed =>
        {
            var rules = SeenConfiguration.Load(parsed, file).Rules;
            var @event = TrialEvent.Create(new()
            {
                Source = parsed.GetValue(source), Type = parsed.GetValue(type), Path = parsed.GetValue(path),
                Job = parsed.GetValue(job), Endpoint = parsed.GetValue(endpoint), Payload = parsed.GetValue(payload),
            });
            var matching = rules.Where(rule => rule.Enabled && Matcher.Matches(rule.Event, @event)).ToList();
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(JsonOf(matching, @event));
            else WriteTrial(matching, @event, output);
            if (!parsed.GetValue(json) && matching.Count == 0) WriteMismatches(rules, @event, output);
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command,
            "rules test --path src/app.ts", "rules test --source webhook --endpoint /ci --payload '{\"body\": {\"ref\": \"refs/heads/main\"}}'", "rules test --source schedule --job nightly");
    }

    private static Command Resume()
    {
        var rule = new Argument<string>("rule") { Description = "The rule's id" };
        var command = new Command("resume", "Let a rule fire again that was paused because it kept itself going; what changed meanwhile is run") { rule };
        command.SetAction(parsed =>
        {
            var id = parsed.GetRequiredValue(rule);
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            daemon.Call("rules.resume", json => json.WriteString("ruleId"u8, id));
            parsed.InvocationConfiguration.Output.WriteLine($"{ConsoleText.Printable(id)} fires again");
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "rules resume format");
    }

    private static int WriteList(ParseResult parsed, bool json, Option<string?> file)
    {
        var rules = SeenConfiguration.Load(parsed, file).Rules;
        var output = parsed.InvocationConfiguration.Output;
        if (json)
        {
            output.WriteLine(JsonOf(rules, null));
            return ExitCodes.Success;
        }
        var style = TextStyle.OfOutput();
        var table = new TextTable("", false, false, false, false).WithTitles(style, "RULE", "EVENT", "LIMITS", "COMMAND");
        foreach (var rule in rules)
        {
            var id = ConsoleText.Printable(rule.Id);
            table.Add(rule.Enabled ? id : $"{id} (off)", RuleText.Event(rule.Event), RuleText.Limits(rule), ConsoleText.Printable(ActionCommand.Describe(rule.Action)));
        }
        var text = new StringBuilder();
        table.WriteTo(text, style.Width);
        output.Write(rules.Count == 0 ? "The configuration has no rules and no jobs\n" : text.ToString());
        return ExitCodes.Success;
    }

    private static void WriteTrial(List<Rule> matching, DaemonEvent @event, TextWriter output)
    {
        var what = $"{EventJson.Word(@event.Source)} {ConsoleText.Printable(@event.Type)} {ConsoleText.Printable(@event.Subject)}".TrimEnd();
        output.WriteLine(matching.Count == 0 ? $"No rule is for: {what}" : $"{ConsoleText.Count(matching.Count, "rule")} for: {what}");
        foreach (var rule in matching) output.WriteLine($"  {ConsoleText.Printable(rule.Id)}: {ConsoleText.Printable(WouldRun(rule, @event))}{Settling(rule)}");
    }

    /// <summary>Of the rules for such a source, what keeps each from the event.</summary>
    private static void WriteMismatches(IEnumerable<Rule> rules, DaemonEvent @event, TextWriter output)
    {
        foreach (var rule in rules.Where(r => r.Event.Source is null || r.Event.Source == @event.Source).Take(MostMismatches))
            if (Mismatch.Of(rule, @event) is { } why)
                output.WriteLine($"  {ConsoleText.Printable(rule.Id)} {TextWidth.Fit(ConsoleText.Printable(why), 200)}");
    }

    private static string WouldRun(Rule rule, DaemonEvent @event)
    {
        try
        {
            return ActionCommand.Describe(Templates.Expand(rule.Action, @event, out _));
        }
        catch (TemplateException e)
        {
            return $"refused, {e.Message}";
        }
    }

    private static string Settling(Rule rule) =>
        rule.Settle > TimeSpan.Zero ? $" (once for all events, when none has come for {rule.Settle.TotalMilliseconds:0} ms)" : "";

    private static string JsonOf(IReadOnlyList<Rule> rules, DaemonEvent? @event)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, EventJson.Format with { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var rule in rules)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, rule.Id);
                json.WriteBoolean("enabled"u8, rule.Enabled);
                json.WriteString("event"u8, RuleText.Event(rule.Event));
                json.WriteString("action"u8, rule.Action.Name);
                json.WriteString("would_run"u8, @event is null ? ActionCommand.Describe(rule.Action) : WouldRun(rule, @event));
                if (rule.Settle > TimeSpan.Zero) json.WriteNumber("settle_ms"u8, rule.Settle.TotalMilliseconds);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
