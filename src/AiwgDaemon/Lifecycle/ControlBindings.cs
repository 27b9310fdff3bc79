using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Control;
using AiwgDaemon.Rules;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>What the control socket's methods do, in terms of the parts. Holds no state.</summary>
internal sealed class ControlBindings(
    DaemonParts parts, HostRequests requests, EventBus bus, EventHistory history, DeadLetters deadLetters, Router router, RunDispatcher runs,
    Func<DaemonState> state)
{
    public ControlHandlers Handlers => new()
    {
        State = state,
        Reload = ReloadAsync,
        Stop = () => requests.Stop("control socket"),
        AutomationEnabled = () => router.Enabled,
        EnableAutomation = enabled => router.Enabled = enabled,
        EnableRule = router.SetEnabled,
        Rules = Rules,
        TestRules = Try,
        ResumeRule = router.Resume,
        Emit = bus.PublishDurablyAsync,
        Events = history.Last,
        Subscribe = (options, handler) => bus.Subscribe("stream", options, handler),
        Actions = runs.List,
        FindAction = FindAction,
        CancelAction = runs.CancelByHand,
        RunAction = RunAsync,
        DeadLetters = deadLetters.List,
        FindDeadLetter = deadLetters.Find,
        RetryDeadLetters = letters => deadLetters.Retry(bus, letters),
        ClearDeadLetters = deadLetters.Clear,
    };

    private async Task<IReadOnlyList<string>> ReloadAsync(CancellationToken token)
    {
        var outcome = await requests.ReloadAsync("control socket").WaitAsync(token);
        return outcome.Applied
            ? outcome.Changes
            : throw new ControlException(ControlError.InvalidConfiguration, "The configuration is not valid; the one before stays in force", outcome.Errors);
    }

    private IReadOnlyList<RuleView> Rules()
    {
        var rules = parts.Configuration.Rules.ToDictionary(r => r.Id, StringComparer.Ordinal);
        return [.. router.Status.Select(s => new RuleView(
            s.Id, s.Enabled, rules.GetValueOrDefault(s.Id)?.Action.Name ?? "", s.Matched, s.Runs, s.LastRun, s.Paused ? "paused: it fired too often" : null))];
    }

    private IReadOnlyList<RuleTrial> Try(DaemonEvent @event)
    {
        var matching = router.Test(@event).ToDictionary(d => d.Rule.Id, StringComparer.Ordinal);
        return [.. parts.Configuration.Rules.Select(rule => matching.TryGetValue(rule.Id, out var dry)
            ? new RuleTrial(rule.Id, true, dry.Action is null ? null : ActionCommand.Describe(dry.Action), dry.Obstacle)
            : new RuleTrial(rule.Id, false, null, null))];
    }

    // People type the part of an id that they can tell apart: its beginning, or its end, where the random digits are.
    private ActionRecord? FindAction(string id)
    {
        if (runs.Record(id) is { } exact) return exact;
        ActionRecord[] found = [.. runs.List().Where(a => a.Id.StartsWith(id, StringComparison.Ordinal) || a.Id.EndsWith(id, StringComparison.Ordinal))];
        return found.Length == 1 ? found[0] : null;
    }

    private static string NoAction(string name, DaemonConfiguration configuration)
    {
        const int MostNamed = 10;
        var names = configuration.Actions.Keys.ToList();
        var rule = configuration.Rules.FirstOrDefault(r => r.Id == name || r.Id == "job:" + name);
        var hint = rule is not null && names.Contains(rule.Action.Name) ? $"; that is a rule or job, whose action is '{rule.Action.Name}'"
            : rule is not null ? "; that is a rule or job, whose action has no name: write it under actions: to run it by hand"
            : names.Count == 0 ? "; it has none"
            : Nearest.To(name, names) is { } near ? $"; did you mean '{near}'?"
            : $"; it has {string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "")}";
        return $"The configuration has no action '{name}'{hint}";
    }

    private async ValueTask<string?> RunAsync(string name, ReadOnlyMemory<byte>? payload, CancellationToken token)
    {
        var actions = parts.Configuration.Actions;
        if (!actions.ContainsKey(name)) throw new ControlException(ControlError.NotFound, NoAction(name, parts.Configuration));
        return await router.RunAsync(name, payload ?? "{}"u8.ToArray(), token);
    }
}
