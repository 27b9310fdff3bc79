using System.Text;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>Actions as rows of a table and as a full description. Pure.</summary>
internal static class ActionsText
{
    public static TextTable Table(IEnumerable<ActionRecord> actions, DateTimeOffset now, TextStyle style, bool utc, string indent = "  ")
    {
        var table = new TextTable(indent, false, false, true, true, false, false).WithTitles(
            style,
            "ID",
            "STATUS",
            "TOOK",
            "WHEN",
            "RULE",
            "COMMAND"
        );
        foreach (var action in actions)
        {
            var status = Word(action);
            table.AddPainted(
                1,
                text => Paint(action.Status, text, style),
                action.Id,
                status,
                Took(action, now),
                ConsoleText.When(action.CompletedAt ?? action.StartedAt ?? action.QueuedAt, now, utc),
                ConsoleText.Printable(action.RuleId),
                ConsoleText.Printable(action.Command) + (action.Reason is null ? "" : $"  [waits: {Reason(action, style, utc)}]")
            );
        }
        return table;
    }

    public static string Describe(ActionRecord action, DateTimeOffset now, TextStyle style, bool utc)
    {
        var text = new StringBuilder();
        Line(text, "id", action.Id);
        Line(text, "status", Paint(action.Status, Word(action), style));
        if (action.Reason is not null) Line(text, "waits", Reason(action, style, utc));
        if (action.Error is { } error) Line(text, "error", ConsoleText.Printable(error));
        Line(text, "rule", ConsoleText.Printable(action.RuleId));
        if (action.Action is { } name && name != action.RuleId) Line(text, "action", ConsoleText.Printable(name));
        Line(text, "type", action.Type);
        Line(text, "command", ConsoleText.Printable(action.Command));
        Line(text, "event", action.EventId + (action.Events is { } count ? $" and {count - 1} more" : ""));
        Line(text, "attempt", action.Attempts > 1 ? $"{action.Attempt} of {action.Attempts}" : $"{action.Attempt}");
        if (action.RetryOf is { } before)
            Line(text, "retry of", before);
        if (action.Group is { } group)
            Line(text, "group", ConsoleText.Printable(group) + (action.Slot is { } slot ? $", place {slot}" : ""));
        Line(text, "queued", Moment(action.QueuedAt, now, style, utc));
        if (action.StartedAt is { } started) Line(text, "started", Moment(started, now, style, utc));
        if (action.CompletedAt is { } completed) Line(text, "ended", Moment(completed, now, style, utc));
        if (action.RetryAt is { } retry) Line(text, "retry", Moment(retry, now, style, utc));
        if (action.StartedAt is not null) Line(text, "took", Took(action, now));
        if (action.Status == ActionStatus.Running && action.Pid is { } pid) Line(text, "pid", $"{pid}");
        if (action.OutputPath is { } output) Line(text, "output", $"{output} ('{CommandLine.Program} actions logs {action.Id}')");
        return text.ToString();
    }

    private static string Moment(DateTimeOffset instant, DateTimeOffset now, TextStyle style, bool utc) =>
        utc ? ConsoleText.Iso(instant) : $"{style.Instant(instant, utc)} ({ConsoleText.When(instant, now, utc: false)})";

    /// <summary>What it waits for, with the instant if it is known.</summary>
    public static string Reason(ActionRecord action, TextStyle style, bool utc)
    {
        var reason = ConsoleText.Printable(action.Reason ?? "");
        if (action.WaitsUntil is not { } until) return reason;
        return $"{reason} {(action.WaitsFor == "retry" ? "at" : "until")} {style.Instant(until, utc)}";
    }

    private static string Word(ActionRecord action) => action switch
    {
        { Status: ActionStatus.Failed, Signal: { } signal } => $"failed ({signal})",
        { Status: ActionStatus.Failed, ExitCode: { } code } => $"failed ({code})",
        _ => action.Status.ToString().ToLowerInvariant(),
    };

    private static string Took(ActionRecord action, DateTimeOffset now) =>
        action.StartedAt is not { } started ? "" : ConsoleText.Duration((action.CompletedAt ?? now) - started);

    private static string Paint(ActionStatus status, string text, TextStyle style) => status switch
    {
        ActionStatus.Completed => style.Green(text),
        ActionStatus.Failed or ActionStatus.Timeout or ActionStatus.Lost => style.Red(text),
        ActionStatus.Running => style.Yellow(text),
        _ => style.Dim(text),
    };

    private static void Line(StringBuilder text, string label, string value) =>
        text.Append(label).Append(' ', 9 - label.Length).Append(value).Append('\n');
}
