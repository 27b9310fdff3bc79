using System.Text;
using System.Text.RegularExpressions;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config.Migration;

/// <summary>The action of an old job or rule: forms of a line <c>action: …</c>, the best one first, and what was chosen.</summary>
internal sealed partial class OldAction
{
    private static readonly string[] Own = ["exec", "shell", "cli", "ralph"];

    private readonly string _id;

    /// <param name="action">As the old file has it: a name, or a map with a type; null if it has none.</param>
    /// <param name="id">Of the job or rule.</param>
    public OldAction(ConfigNode? action, string id)
    {
        _id = id;
        if (action is ScalarNode name) Named(name.Text.Trim());
        else if (action is MapNode map) Typed(map);
        else Placeholder("it has no action");
    }

    public List<string> Comments { get; } = [];

    public List<string> Forms { get; } = [];

    /// <summary>False if something else is done than before; a rule is then switched off unless that does no harm.</summary>
    public bool IsSame { get; private set; } = true;

    /// <summary>True if an action below is one for a coding agent.</summary>
    public static bool HasAgent(ConfigNode? node) => node switch
    {
        MapNode map => map.TextOf("type") is "submit_task" or "agent" || map.Entries.Exists(entry => HasAgent(entry.Value)),
        ListNode list => list.Items.Exists(HasAgent),
        _ => false,
    };

    /// <summary>Takes the types of actions that the daemon has, so that it need not be said twice.</summary>
    private static bool IsType(string word) =>
        (ConfigDescription.Root.Find("rules")!.Shape as ListShape)?.Item is ObjectShape rule
        && rule.Find("action")!.Shape is ObjectShape action
        && action.Find("type")!.Shape is ChoiceShape types
        && types.Words.Contains(word);

    private void Named(string name)
    {
        var words = name.StartsWith("aiwg ", StringComparison.Ordinal) ? name[5..].Trim() : name;
        if (words.Length == 0) Placeholder("its action is empty");
        else if (words.Contains(' ')) Forms.Add($"{{type: cli, command: {YamlText.Text(words)}}}");
        else
        {
            Forms.Add(YamlText.Text(words));
            // A name that is nearly one of aiwg's is taken for a slip of the pen; the old daemon ran it.
            Forms.Add($"{{type: cli, command: {YamlText.Text(words)}}}");
        }
    }

    private void Typed(MapNode map)
    {
        switch (map.TextOf("type"))
        {
            case "submit_task" or "agent":
                Agent(map);
                break;
            case "webhook" or "http":
                Request(map);
                break;
            case "notify":
                Forms.Add($"{{type: notify, message: {YamlText.Text(Template(map.TextOf("message") ?? map.TextOf("text") ?? _id))}}}");
                Rest(map, "type", "message", "text");
                break;
            case { } type when Own.Contains(type):
                Forms.Add(OldText.Flow(map, Template));
                break;
            case "command" or "script" or "run" when map.TextOf("command") is { } command:
                Forms.Add($"{{type: shell, command: {YamlText.Text(Template(command))}}}");
                Rest(map, "type", "command");
                break;
            case null when map.TextOf("command") is { } command:
                Forms.Add($"{{type: shell, command: {YamlText.Text(Template(command))}}}");
                Rest(map, "command");
                break;
            default:
                Placeholder($"an action of type {map.TextOf("type") ?? "?"} is not known here");
                break;
        }
    }

    // Nothing of an event gets into a prompt: the agent finds the event behind it.
    private void Agent(MapNode map)
    {
        var template = map.TextOf("prompt") ?? map.TextOf("message") ?? _id;
        var prompt = Braces().Replace(template, "(see the data)");
        if (prompt != template) Comments.Add("the values of the event are data behind the prompt, and no part of it");
        var priority = map.TextOf("priority") is { } number && CoreSchema.TryNumber(number, out var value)
            ? $", priority: {(int)Math.Clamp(value, -1000, 1000)}"
            : "";
        Forms.Add($"{{type: agent, prompt: {YamlText.Text(prompt)}{priority}}}");
        Forms.Add($"{{type: notify, message: {YamlText.Text($"To be done by an agent: {prompt}")}}}");
        Rest(map, "type", "prompt", "message", "priority");
    }

    private void Request(MapNode map)
    {
        var variable = string.Concat(_id.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
        variable = $"{(char.IsAsciiDigit(variable[0]) ? "_" : "")}{variable}_URL";
        Comments.Add(
            $"{map.TextOf("type")}: the URL may hold a secret, so that {variable} in the daemon's environment holds it; the old file has "
                + "its value"
        );
        var method = map.TextOf("method") is { } verb ? $", method: {YamlText.Text(verb.ToUpperInvariant())}" : "";
        if (IsType("http"))
            Forms.Add($"{{type: http, url_env: {variable}{method}}}");
        Forms.Add(
            $"{{type: notify, message: {YamlText.Text(Template(map.TextOf("message") ?? map.TextOf("body") ?? _id))}, url_env: {variable}}}"
        );
        Rest(map, "type", "url", "method", "message", "body");
    }

    private void Placeholder(string why)
    {
        IsSame = false;
        Comments.Add($"{why}; a line in the log stands for it");
        Forms.Add($"{{type: notify, message: {YamlText.Text(_id)}}}");
    }

    private void Rest(MapNode map, params string[] taken)
    {
        foreach (var entry in map.Entries.Where(e => !taken.Contains(e.Key)))
            Comments.Add(
                $"the action's {entry.Key} has no equal here: "
                    + $"{(OldText.IsSecret(entry.Key) ? OldText.InOldFile : OldText.Was(entry.Value))}"
            );
    }

    // Values may be missing here, as they might there.
    private static string Template(string text)
    {
        var result = new StringBuilder();
        var at = 0;
        while (
            text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open
            && text.IndexOf("}}", open, StringComparison.Ordinal) is >= 0 and var close
        )
        {
            var name = text[(open + 2)..close].Trim();
            if (name.StartsWith("event.", StringComparison.Ordinal))
                name = name[6..];
            var isKnown =
                name is "type" or "source" or "timestamp" or "id"
                || (
                    name.StartsWith("payload.", StringComparison.Ordinal)
                    && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
                );
            result
                .Append(text, at, open - at)
                .Append(isKnown ? $"{{{{event.{name}{(name.Contains('.') ? "?" : "")}}}}}" : text[open..(close + 2)]);
            at = close + 2;
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    [GeneratedRegex(@"\{\{[^{}]*\}\}")]
    private static partial Regex Braces();
}
