using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Rules;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// What each rule would do with an event, and why not: the one answer of <c>rules test</c>, with a daemon and without. It goes through all
/// that decides on the way from a source to a run: what the source reports, the rule's <c>event:</c>, and what is so at this moment.
/// </summary>
/// <param name="configuration">The rules and the sources.</param>
/// <param name="project">The project's directory.</param>
/// <param name="automation">Whether rules fire and runs start at all.</param>
/// <param name="facts">What is so of a rule now.</param>
internal sealed class RuleTrials(
    DaemonConfiguration configuration,
    string project,
    AutomationView automation,
    Func<string, RuleFacts> facts
)
{
    /// <summary>For each rule, in the order of the file.</summary>
    /// <param name="event">An event that came, or one that might.</param>
    /// <param name="came">It came, so that its source reports such events.</param>
    public IReadOnlyList<RuleTrial> Judge(DaemonEvent @event, bool came)
    {
        var unreported = came ? null : Unreported(@event);
        var (seen, dropped) = came ? (@event, []) : AsStored(@event);
        return [.. configuration.Rules.Select(rule => Judge(rule, seen, unreported, dropped))];
    }

    private RuleTrial Judge(Rule rule, DaemonEvent @event, string? unreported, IReadOnlyList<string> dropped)
    {
        if (Mismatch.Of(rule, @event) is { } mismatch)
        {
            var lost = dropped.FirstOrDefault(header =>
                rule.Event.Match.Any(c => c.Path.Steps is [{ Key: "headers" }, { Key: var name }, ..] && name == header)
            );
            return new(
                rule.Id,
                false,
                null,
                lost is null ? mismatch : $"{mismatch}: events do not keep the header {lost} (add headers: [{lost}] to the endpoint)"
            );
        }
        if ((unreported ?? Obstacle(rule, @event)) is { } obstacle)
            return new(rule.Id, true, null, obstacle);
        try
        {
            return new(rule.Id, true, ActionCommand.Describe(Templates.Expand(rule.Action, @event, out _)), Wait(rule, @event));
        }
        catch (TemplateException e)
        {
            return new(rule.Id, true, null, $"the run would be refused: {e.Message}");
        }
    }

    /// <summary>Why no such event comes from its source; null if it does.</summary>
    private string? Unreported(DaemonEvent @event)
    {
        switch (@event.Source)
        {
            case EventSource.Watch:
                var kind = @event.Type switch
                {
                    EventTypes.FileCreate => FileEvents.Create,
                    EventTypes.FileModify => FileEvents.Modify,
                    EventTypes.FileDelete => FileEvents.Delete,
                    _ => FileEvents.None,
                };
                if (kind == FileEvents.None)
                    return $"the watcher has no events of type {@event.Type} (file.create, file.modify, file.delete)";
                return @event.Subject.Length == 0 ? null
                    : new ReportedPaths(configuration.Watch, project).WhyNot(@event.Subject, kind) is { } why ? $"{@event.Subject} {why}"
                    : null;
            case EventSource.Schedule:
                var job = configuration.Schedule.Jobs.FirstOrDefault(j => j.Id == @event.Subject);
                return !configuration.Schedule.Enabled ? "no job fires: the schedule is off (schedule.enabled: false)"
                    : @event.Subject.Length == 0 ? null
                    : job is null ? $"there is no job {@event.Subject} in schedule.jobs"
                    : job.Enabled ? null
                    : $"the job {job.Id} does not fire: it is off (enabled: false)";
            case EventSource.Webhook:
                return !configuration.Webhook.Enabled ? "no request is taken: the webhook is off (webhook.enabled: false)"
                    : @event.Subject.Length == 0 || configuration.Webhook.Endpoints.Any(e => e.Path == @event.Subject) ? null
                    : $"requests to {@event.Subject} are refused: it is no path of webhook.endpoints";
            default:
                return null;
        }
    }

    /// <summary>The event as it would be stored: with the headers that its endpoint keeps, and the names of those that it does
    /// not.</summary>
    private (DaemonEvent Event, IReadOnlyList<string> Dropped) AsStored(DaemonEvent @event)
    {
        if (
            @event.Source != EventSource.Webhook
            || @event.PayloadJson.ValueKind != JsonValueKind.Object
            || !@event.PayloadJson.TryGetProperty("headers"u8, out var headers)
            || headers.ValueKind != JsonValueKind.Object
            || configuration.Webhook.Endpoints.FirstOrDefault(e => e.Path == @event.Subject) is not { } endpoint
        )
            return (@event, []);
        var dropped = headers.EnumerateObject().Select(h => h.Name).Where(name => !endpoint.KeptHeaders.Contains(name)).ToList();
        if (dropped.Count == 0)
            return (@event, dropped);
        var stored = EventFactory.Create(
            @event.Timestamp,
            @event.Source,
            @event.Type,
            @event.Subject,
            @event.PayloadJson,
            (json, payload) =>
            {
                json.WriteStartObject();
                foreach (var member in payload.EnumerateObject())
                {
                    if (member.Name != "headers")
                    {
                        member.WriteTo(json);
                        continue;
                    }
                    json.WriteStartObject("headers"u8);
                    foreach (var header in member.Value.EnumerateObject())
                        if (!dropped.Contains(header.Name))
                            header.WriteTo(json);
                    json.WriteEndObject();
                }
                json.WriteEndObject();
            }
        );
        return (stored, dropped);
    }

    /// <summary>Why the rule lets the event go, or keeps it back, in the order in which the router asks.</summary>
    private string? Obstacle(Rule rule, DaemonEvent @event)
    {
        var now = facts(rule.Id);
        if (
            @event.Source == EventSource.Daemon
            && @event.Subject == rule.Id
            && @event.Type.StartsWith(EventTypes.ActionPrefix, StringComparison.Ordinal)
        )
            return "it is about the rule's own action, which never fires it";
        if (!automation.Enabled)
            return "automation is disabled";
        if (now.IsDisabled)
            return "the rule was disabled by a client";
        if (now.IsHeld)
            return $"the rule is held because it may keep itself going; 'aiwg-daemon rules resume {rule.Id}' lets it fire";
        // What joins a run that waits makes no run of its own.
        var joins = now.Waiting > 0 && rule.OnBusy is OnBusy.Coalesce or OnBusy.Restart;
        if (now.Cooldown > TimeSpan.Zero && !joins)
            return $"cooldown for {Math.Ceiling(now.Cooldown.TotalSeconds):0} s yet (cooldown_minutes: {rule.Cooldown.TotalMinutes:0.###})";
        return rule.OnBusy == OnBusy.Skip && now.IsBusy
            ? $"its action is busy{(now.Run is { } run ? $" with run {run}" : "")} (on_busy: skip)"
            : null;
    }

    /// <summary>What the run would wait for; null if it would start as soon as there is a slot.</summary>
    private string? Wait(Rule rule, DaemonEvent @event)
    {
        var now = facts(rule.Id);
        if (automation.Paused)
            return automation.PausedUntil is { } until
                ? $"when the pause ends, at {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"
                : "when somebody resumes: automation is paused";
        if (now.Run is not null && @event.Source == EventSource.Watch && rule.IgnoreOwnChanges)
            return $"after{RunOf(now)} has ended, unless that run made the change (ignore_own_changes)";
        if (rule.Settle > TimeSpan.Zero)
            return $"once for all events, when none has come for {rule.Settle.TotalMilliseconds:0} ms";
        if (!now.IsBusy)
            return null;
        return rule.OnBusy switch
        {
            OnBusy.Queue => $"after{RunOf(now)} has ended{(now.Waiting > 0 ? $" and {now.Waiting} more that wait" : "")} (on_busy: queue)",
            OnBusy.Coalesce => now.Waiting > 0
                ? "with the run that waits already (on_busy: coalesce)"
                : $"after{RunOf(now)} has ended, with all events that come meanwhile (on_busy: coalesce)",
            OnBusy.Restart =>
                $"{(now.Run is null ? "with the run that waits already" : $"at once, and{RunOf(now)} is ended")} (on_busy: restart)",
            _ => null,
        };
    }

    private static string RunOf(RuleFacts now) => now.Run is { } run ? $" run {run}" : " the runs before it";
}
