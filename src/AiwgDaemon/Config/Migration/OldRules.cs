using System.Globalization;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config.Migration;

/// <summary>Jobs and rules of an old file as pieces of ours.</summary>
internal sealed class OldRules
{
    private static readonly string[] JobKeys =
    [
        "id",
        "name",
        "cron",
        "schedule",
        "action",
        "enabled",
        "timezone",
        "catch_up",
        "overlap",
        "jitter_seconds",
    ];

    private static readonly string[] RuleKeys =
    [
        "id",
        "name",
        "enabled",
        "trigger",
        "event",
        "condition",
        "conditions",
        "action",
        "cooldownMs",
        "cooldown_ms",
        "cooldown_minutes",
        "requiresApproval",
        "requires_approval",
        "settle_ms",
        "on_busy",
        "retries",
        "on_lost",
        "ignore_own_changes",
    ];

    private static readonly string[] OwnRuleKeys = ["cooldown_minutes", "settle_ms", "on_busy", "retries", "on_lost", "ignore_own_changes"];

    private readonly HashSet<string> _jobIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ruleIds = new(StringComparer.Ordinal);

    public Section Jobs { get; } = new("jobs", "[]");

    public Section Rules { get; } = new("rules", "[]");

    /// <param name="name">The key of a map of jobs; null for an item of a list.</param>
    /// <param name="node">What stands there.</param>
    public void Job(string? name, ConfigNode node)
    {
        if (node is ScalarNode cron && name is not null) node = Map(("cron", cron));
        if (node is not MapNode job)
        {
            Jobs.Add(Piece.Note($"is no job: {OldText.Was(node)}"));
            return;
        }
        var id = OldText.Id(job.TextOf("id") ?? job.TextOf("name") ?? name, "job", _jobIds);
        var comments = new List<string> { $"was: {OldText.Was(job)}" };
        if (job["id"] is null && job["name"] is not null)
            comments.Add("name is now id");
        if (job.TextOf("id") is { } written && written != id)
            comments.Add($"the id {written} has other characters than an id may have, or is there twice");
        var timing = job.TextOf("cron") ?? job.TextOf("schedule") ?? job.TextOf("expression");
        if (timing is null)
            comments.Add("it has no cron expression");
        var keys = job
            .Entries.Where(e => e.Key is "enabled" or "timezone" or "catch_up" or "overlap" or "jitter_seconds")
            .Select(e => $"  {e.Key}: {OldText.Flow(e.Value, e.Key == "enabled" ? new BooleanShape() : null)}");
        foreach (var entry in job.Entries.Where(e => !JobKeys.Contains(e.Key)))
            comments.Add($"{entry.Key} has no equal here");
        Add(
            Jobs,
            comments,
            [$"- id: {YamlText.Text(id)}", $"  cron: {YamlText.Text(timing ?? "")}", .. keys],
            new OldAction(job["action"] ?? Command(job), id)
        );
    }

    public void Rule(string? name, ConfigNode node)
    {
        if (node is not MapNode rule)
        {
            Rules.Add(Piece.Note($"is no rule: {OldText.Was(node)}"));
            return;
        }
        var trigger = rule["trigger"] as MapNode;
        if (
            trigger is not null
            && (
                trigger.TextOf("cron")
                ?? (trigger.TextOf("type") is "schedule" or "cron" ? trigger.TextOf("pattern") ?? trigger.TextOf("schedule") : null)
            )
                is { } cron
        )
        {
            Scheduled(rule, name, cron);
            return;
        }
        var id = OldText.Id(rule.TextOf("id") ?? rule.TextOf("name") ?? name, "rule", _ruleIds);
        var action = new OldAction(rule["action"], id);
        var comments = new List<string> { $"was: {OldText.Was(rule)}" };
        var lines = new List<string> { $"- id: {YamlText.Text(id)}" };
        var isOn = action.IsSame && rule.TextOf("enabled")?.ToLowerInvariant() != "false";
        string @event;
        if (trigger is null && rule["event"] is MapNode own) @event = OldText.Flow(own);
        else
        {
            var old = new OldEvent(
                trigger,
                (rule["conditions"] as ListNode)?.Items ?? (IEnumerable<ConfigNode>)(rule["conditions"] is { } one ? [one] : [])
            );
            comments.AddRange(old.Comments);
            (@event, isOn) = (old.Text, isOn && old.IsWhole);
        }
        if ((rule.TextOf("requiresApproval") ?? rule.TextOf("requires_approval"))?.ToLowerInvariant() == "true")
        {
            if (IsRuleKey("approve")) lines.Add("  approve: always");
            else
            {
                comments.Add("requiresApproval: nobody is asked before a run, so that the rule is off");
                isOn = false;
            }
        }
        foreach (var entry in rule.Entries.Where(e => !RuleKeys.Contains(e.Key))) comments.Add($"{entry.Key} has no equal here");
        if (!isOn) lines.Insert(1, "  enabled: false");
        lines.Add($"  event: {@event}");
        lines.AddRange(Timing(rule, comments));
        Add(Rules, comments, lines, action);
    }

    private void Scheduled(MapNode rule, string? name, string cron)
    {
        var id = OldText.Id(rule.TextOf("id") ?? rule.TextOf("name") ?? name, "job", _jobIds);
        var comments = new List<string> { $"was the rule: {OldText.Was(rule)}", "a rule with the trigger schedule is now a job" };
        foreach (var entry in rule.Entries.Where(e => e.Key is not ("id" or "name" or "trigger" or "action" or "enabled")))
            comments.Add($"{entry.Key} has no equal in a job");
        List<string> lines = [$"- id: {YamlText.Text(id)}", $"  cron: {YamlText.Text(cron)}"];
        var isOff =
            rule.TextOf("enabled")?.ToLowerInvariant() == "false"
            || (rule.TextOf("requiresApproval") ?? rule.TextOf("requires_approval"))?.ToLowerInvariant() == "true";
        if (isOff)
            lines.Add("  enabled: false");
        Add(Jobs, comments, lines, new OldAction(rule["action"], id));
    }

    private static List<string> Timing(MapNode rule, List<string> comments)
    {
        var written = rule.Entries.Where(e => OwnRuleKeys.Contains(e.Key)).Select(e => $"  {e.Key}: {OldText.Flow(e.Value)}").ToList();
        if (Number(rule.TextOf("cooldownMs") ?? rule.TextOf("cooldown_ms")) is > 0 and var cooldown && rule["cooldown_minutes"] is null)
        {
            comments.Add("cooldownMs is now cooldown_minutes");
            written.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  cooldown_minutes: {Math.Round(Math.Clamp(cooldown / 60_000, 0.0001, 525_600), 4)}"
                )
            );
        }
        if (rule["condition"] is not { } node) return written;
        var condition = node as MapNode;
        var interval = Number(condition?.TextOf("interval_ms") ?? condition?.TextOf("intervalMs"));
        switch (condition?.TextOf("type"))
        {
            case "always":
                break;
            case "debounce" when interval is { } quiet:
                comments.Add("the condition debounce is now settle_ms: one run when no event has come for so long");
                written.Add(string.Create(CultureInfo.InvariantCulture, $"  settle_ms: {Math.Round(Math.Clamp(quiet, 0, 600_000))}"));
                break;
            case "throttle"
                when interval is > 0 and var pause
                    && written.TrueForAll(line => !line.Contains("cooldown_minutes", StringComparison.Ordinal)):
                comments.Add("the condition throttle is now cooldown_minutes");
                written.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"  cooldown_minutes: {Math.Round(Math.Clamp(pause / 60_000, 0.0001, 525_600), 4)}"
                    )
                );
                break;
            default:
                comments.Add($"the condition has no equal here: {OldText.Was(node)}");
                break;
        }
        return written;
    }

    // With each form of the action in turn; the comments of it hold for all.
    private static void Add(Section section, List<string> comments, IReadOnlyList<string> lines, OldAction action) =>
        section.Add(
            new Piece(
                [.. comments, .. action.Comments],
                [.. action.Forms.Select(form => (IReadOnlyList<string>)[.. lines, $"  action: {form}"])]
            )
        );

    private static MapNode? Command(MapNode job) => job["command"] is ScalarNode command ? Map(("command", command)) : null;

    private static MapNode Map((string Key, ConfigNode Value) entry)
    {
        var map = new MapNode(entry.Value.Place);
        map.Add(entry.Key, entry.Value.Place, entry.Value);
        return map;
    }

    private static double? Number(string? text) => text is not null && CoreSchema.TryNumber(text, out var number) ? number : null;

    private static bool IsRuleKey(string key) =>
        (ConfigDescription.Root.Find("rules")!.Shape as ListShape)?.Item is ObjectShape rule && rule.Find(key) is not null;
}
