using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Rules;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>What became of an event at one rule.</summary>
/// <param name="Rule">Its id.</param>
/// <param name="Runs">The runs that it is, or was, a part of.</param>
/// <param name="Reason">Why it fired nothing; null if it did.</param>
internal sealed record RuleFate(string Rule, IReadOnlyList<string> Runs, string? Reason);

/// <summary>An event, and what each rule did with it, as the ledger, the records of runs and the log tell.</summary>
internal sealed class EventReport
{
    private readonly DaemonEvent _event;
    private readonly IReadOnlyList<RuleFate> _fates;
    private readonly IReadOnlyList<ActionRecord> _runs;

    private EventReport(DaemonEvent @event, IReadOnlyList<RuleFate> fates, IReadOnlyList<ActionRecord> runs) =>
        (_event, _fates, _runs) = (@event, fates, runs);

    public static EventReport Of(DaemonEvent @event, IReadOnlyList<Rule> rules, ProjectPaths paths)
    {
        var routed = EventTraces.Routed(paths, @event.Id).ToHashSet();
        var records = ActionLookup.All(paths).Where(r => r.EventId == @event.Id || routed.Contains((r.Id, r.RuleId))).Reverse().ToList();
        routed.UnionWith(records.Select(r => (r.Id, r.RuleId)));
        var skipped = EventTraces.Skipped(paths, @event);
        var runsOf = routed.ToLookup(r => r.Rule, r => r.Run);
        var fates = rules.Select(rule => new RuleFate(rule.Id, [.. runsOf[rule.Id].Order(StringComparer.Ordinal)], Reason(rule))).ToList();
        // What ran for it under a rule that is no longer in the file.
        foreach (var group in runsOf.Where(group => !rules.Any(rule => rule.Id == group.Key))) fates.Add(new(group.Key, [.. group], null));
        return new EventReport(@event, fates, records);

        string? Reason(Rule rule) => runsOf.Contains(rule.Id) ? null
            : skipped.GetValueOrDefault(rule.Id) ?? Mismatch.Of(rule, @event) ?? "matches, and no run of it is on record";
    }

    public string ToText(DateTimeOffset now, TextStyle style, bool utc)
    {
        var text = new StringBuilder();
        Line(text, "id", _event.Id.ToString());
        Line(
            text,
            "time",
            utc
                ? ConsoleText.Iso(_event.Timestamp)
                : $"{style.Instant(_event.Timestamp, utc)} ({ConsoleText.When(_event.Timestamp, now, utc: false)})"
        );
        Line(text, "source", EventJson.Word(_event.Source));
        Line(text, "type", ConsoleText.Printable(_event.Type));
        if (_event.Subject.Length > 0) Line(text, "subject", ConsoleText.Printable(_event.Subject));
        if (_event.Redelivered) Line(text, "again", "delivered again after a crash");
        text.Append('\n').Append(style.Bold("Payload")).Append('\n');
        foreach (var line in Payload().Split('\n')) text.Append("  ").Append(ConsoleText.Printable(line)).Append('\n');
        text.Append('\n').Append(style.Bold("Rules")).Append('\n');
        if (_fates.Count == 0) text.Append("  The configuration has no rules and no jobs\n");
        foreach (var fate in _fates)
            text.Append("  ")
                .Append(ConsoleText.Printable(fate.Rule))
                .Append(
                    fate.Reason is { } reason
                        ? $": {style.Dim("no")}, {ConsoleText.Printable(reason)}"
                        : $": {style.Green("fired")}, {Runs(fate)}"
                )
                .Append('\n');
        if (_runs.Count == 0)
            return text.ToString();
        text.Append('\n').Append(style.Bold("Runs")).Append('\n');
        ActionsText.Table(_runs, now, style, utc).WriteTo(text, style.Width);
        return text.ToString();
    }

    /// <summary>The event's own members, then <c>rules</c> and <c>runs</c>.</summary>
    public string ToJson() => Indented(json =>
    {
        using var document = JsonDocument.Parse(EventJson.ToBytes(_event));
        json.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject()) member.WriteTo(json);
        json.WriteStartArray("rules"u8);
        foreach (var fate in _fates)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, fate.Rule);
            json.WriteBoolean("fired"u8, fate.Reason is null);
            json.WriteString("reason"u8, fate.Reason);
            json.WriteStartArray("runs"u8);
            foreach (var run in fate.Runs) json.WriteStringValue(run);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("runs"u8);
        foreach (var run in _runs) JsonSerializer.Serialize(json, run, StateJsonContext.Default.ActionRecord);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private string Payload()
    {
        try
        {
            return Indented(_event.PayloadJson.WriteTo);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which JSON can spell and no text can hold.
            return Encoding.UTF8.GetString(_event.Payload.Span);
        }
    }

    private string Runs(RuleFate fate) =>
        string.Join(
            ", ",
            fate.Runs.Select(id =>
                _runs.FirstOrDefault(r => r.Id == id) is { } run ? $"run {id} ({run.Status.ToString().ToLowerInvariant()})" : $"run {id}"
            )
        );

    private static string Indented(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, EventJson.Format with { Indented = true })) write(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Line(StringBuilder text, string label, string value) =>
        text.Append(label).Append(' ', 9 - label.Length).Append(value).Append('\n');
}
