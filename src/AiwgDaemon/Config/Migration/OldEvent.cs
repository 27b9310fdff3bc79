namespace AiwgDaemon.Config.Migration;

/// <summary>The trigger and the conditions of an old rule as one of our events; what cannot be said here is named, and the rule is then to
/// be off.</summary>
internal sealed class OldEvent
{
    private static readonly string[] Files = ["file_change", "file_changed", "file"];

    private readonly List<string> _parts = [];
    private readonly List<string> _match = [];

    public OldEvent(MapNode? trigger, IEnumerable<ConfigNode> conditions)
    {
        if (trigger is null) Missing("it has no trigger");
        else Trigger(trigger);
        foreach (var condition in conditions)
        {
            if (condition is MapNode map) Condition(map);
            else Missing($"condition {OldText.Was(condition)}");
        }
    }

    public List<string> Comments { get; } = [];

    /// <summary>False if the rule would fire for more than it did.</summary>
    public bool IsWhole { get; private set; } = true;

    public string Text => $"{{{string.Join(", ", _match.Count == 0 ? _parts : [.. _parts, $"match: {{{string.Join(", ", _match)}}}"])}}}";

    private void Trigger(MapNode trigger)
    {
        var type = trigger.TextOf("type") ?? "";
        var pattern = trigger.TextOf("pattern") ?? trigger.TextOf("path");
        switch (trigger.TextOf("source")?.ToLowerInvariant())
        {
            case null when Files.Contains(type) || type.StartsWith("file.", StringComparison.Ordinal):
            case "watch" or "file" or "files" or "filesystem" or "file_watcher" or "file-watcher":
                _parts.Add("source: watch");
                if (type.StartsWith("file.", StringComparison.Ordinal))
                    _parts.Add($"type: {YamlText.Text(type)}");
                else if (type.Length > 0 && !Files.Contains(type))
                    Missing($"type {type} of a watch event");
                if (pattern is not null)
                    _parts.Add(
                        $"path_pattern: {YamlText.Text(pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern)}"
                    );
                break;
            case "schedule" or "scheduler" or "cron":
                _parts.Add("source: schedule");
                if ((trigger.TextOf("job") ?? trigger.TextOf("job_id") ?? pattern) is { } job) _parts.Add($"job_id: {YamlText.Text(job)}");
                break;
            case "webhook":
                _parts.Add("source: webhook");
                if ((trigger.TextOf("endpoint") ?? pattern) is { } endpoint) _parts.Add($"endpoint: {YamlText.Text(endpoint)}");
                break;
            case var source:
                if (source is not (null or "manual" or "event" or "api" or "ipc" or "bus")) Missing($"source {source}");
                var topic = trigger.TextOf("topic") ?? pattern ?? (type is "event" or "topic" ? "" : type);
                _parts.Add("source: manual");
                if (topic.Length > 0) _parts.Add($"type: {YamlText.Text(topic)}");
                else Missing($"trigger {OldText.Was(trigger)}");
                Comments.Add("the event is one that 'aiwg-daemon emit' publishes");
                break;
        }
        foreach (
            var entry in trigger.Entries.Where(e =>
                e.Key is not ("type" or "source" or "pattern" or "path" or "topic" or "job" or "job_id" or "endpoint" or "cron")
            )
        )
            Missing($"{entry.Key} of the trigger: {OldText.Was(entry.Value)}");
    }

    private void Condition(MapNode condition)
    {
        var field = condition.TextOf("field") ?? "";
        if (field.StartsWith("event.", StringComparison.Ordinal))
            field = field["event.".Length..];
        if (field.StartsWith("payload.", StringComparison.Ordinal) && Wanted(condition) is { } wanted)
            _match.Add($"{YamlText.Text(field["payload.".Length..])}: {wanted}");
        else
            Missing($"condition {OldText.Was(condition)}");
    }

    private static string? Wanted(MapNode condition)
    {
        var value = condition["value"];
        var text = (value as ScalarNode)?.Text;
        var isLiteral = text?.Contains('*') == false;
        return condition.TextOf("operator") switch
        {
            "matches" or "regex" or "match" when text is not null && OldText.Wildcard(text) is { } wildcard => YamlText.Text(wildcard),
            "equals" or "eq" or "==" or "===" or "=" when value is ScalarNode && isLiteral => OldText.Flow(value),
            "in" when value is ListNode list && list.Items.All(i => i is ScalarNode scalar && !scalar.Text.Contains('*')) => OldText.Flow(
                list
            ),
            "not_equals" or "notEquals" or "neq" or "ne" or "!=" or "!==" when isLiteral => YamlText.Text("!= " + text),
            "contains" or "includes" when isLiteral => YamlText.Text($"*{text}*"),
            "startsWith" or "starts_with" when isLiteral => YamlText.Text(text + "*"),
            "endsWith" or "ends_with" when isLiteral => YamlText.Text("*" + text),
            "gt" or ">" when isLiteral => YamlText.Text("> " + text),
            "gte" or ">=" when isLiteral => YamlText.Text(">= " + text),
            "lt" or "<" when isLiteral => YamlText.Text("< " + text),
            "lte" or "<=" when isLiteral => YamlText.Text("<= " + text),
            "exists" when text is null or "true" => YamlText.Text("*"),
            _ => null,
        };
    }

    private void Missing(string what)
    {
        IsWhole = false;
        Comments.Add($"cannot be said here, so that the rule is off: {what}");
        if (_parts.Count == 0) _parts.Add("type: never");
    }
}
