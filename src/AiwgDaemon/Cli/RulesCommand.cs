using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Cli;

/// <summary><c>rules</c>: what the configuration would do with an event, without doing it, from the file that the running daemon works by;
/// only <c>resume</c> asks the daemon.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var (file, json) = (ConfigCommand.File(), Json());
        var command = new Command("rules", "List the rules, and try which of them an event would meet")
        {
            List(),
            RulesTestCommand.Create(),
            Resume(),
            json,
            file,
        };
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

    private static Command Resume()
    {
        var rule = new Argument<string>("rule") { Description = "The rule's id" };
        var command = new Command(
            "resume",
            "Let a rule fire again that was paused because it kept itself going; what changed meanwhile is run"
        )
        {
            rule,
        };
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
            output.WriteLine(JsonOf(rules));
            return ExitCodes.Success;
        }
        var style = TextStyle.OfOutput();
        var table = new TextTable("", false, false, false, false).WithTitles(style, "RULE", "EVENT", "LIMITS", "COMMAND");
        foreach (var rule in rules)
        {
            var id = ConsoleText.Printable(rule.Id);
            table.Add(
                rule.Enabled ? id : $"{id} (off)",
                RuleText.Event(rule.Event),
                RuleText.Limits(rule),
                ConsoleText.Printable(ActionCommand.Describe(rule.Action))
            );
        }
        var text = new StringBuilder();
        table.WriteTo(text, style.Width);
        output.Write(rules.Count == 0 ? "The configuration has no rules and no jobs\n" : text.ToString());
        return ExitCodes.Success;
    }

    private static string JsonOf(IReadOnlyList<Rule> rules)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, EventJson.Format with { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var rule in rules)
            {
                json.WriteStartObject();
                WriteRule(json, rule);
                json.WriteString("would_run"u8, ActionCommand.Describe(rule.Action));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>The members that every document about a rule begins with.</summary>
    public static void WriteRule(Utf8JsonWriter json, Rule rule)
    {
        json.WriteString("id"u8, rule.Id);
        json.WriteBoolean("enabled"u8, rule.Enabled);
        json.WriteString("event"u8, RuleText.Event(rule.Event));
        json.WriteString("action"u8, rule.Action.Name);
        if (rule.Settle > TimeSpan.Zero) json.WriteNumber("settle_ms"u8, rule.Settle.TotalMilliseconds);
    }
}
