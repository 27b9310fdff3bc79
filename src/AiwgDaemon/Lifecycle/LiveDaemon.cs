using AiwgDaemon.Actions;
using AiwgDaemon.Agents;
using AiwgDaemon.Api;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Rules;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>What the daemon's operations do, in terms of the parts. Holds no state.</summary>
internal sealed class LiveDaemon(
    DaemonParts parts,
    HostRequests requests,
    EventBus bus,
    EventHistory history,
    DeadLetters deadLetters,
    RuleEngine engine,
    RunDispatcher runs,
    AutomationSwitch automation,
    Func<DaemonState> state
) : IDaemon
{
    public ProjectFiles Files { get; } = FilesOfProject.Of(parts.Paths, asks: false);

    public string Status => parts.Health.Status;

    public AgentTasks Tasks => parts.Tasks;

    public bool AutomationEnabled => engine.Enabled;

    public int MaxParallelActions => parts.Configuration.Limits.MaxParallel;

    public long WaitingInJournal => engine.WaitingInJournal;

    public DaemonState State() => state();

    public async Task<IReadOnlyList<string>> ReloadAsync(CancellationToken token)
    {
        var outcome = await requests.ReloadAsync("control socket").WaitAsync(token);
        return outcome.Applied
            ? outcome.Changes
            : throw new ApiException(
                ApiError.InvalidConfiguration,
                "The configuration is not valid; the one before stays in force",
                outcome.Errors
            );
    }

    public void Stop() => requests.Stop("control socket");

    public void EnableAutomation(bool enabled) => Shown(() => automation.Enable(enabled));

    public bool EnableRule(string id, bool enabled) => Shown(() => automation.Enable(id, enabled));

    public void Pause(TimeSpan? length) => Shown(() => automation.Pause(length));

    public bool Resume() => Shown(automation.Resume);

    public bool ResumeRule(string id) => engine.Resume(id);

    public ValueTask EmitAsync(DaemonEvent @event, CancellationToken token) => bus.PublishDurablyAsync(@event, token);

    public IReadOnlyList<DaemonEvent> Events(int count, EventSource? source, string? type) => history.Last(count, source, type);

    public DaemonEvent? FindEvent(string id) => history.Last(int.MaxValue).FirstOrDefault(e => e.Id.ToString() == id);

    public IAsyncDisposable Subscribe(SubscriptionOptions options, Func<DaemonEvent, CancellationToken, ValueTask> handler) =>
        bus.Subscribe("stream", options, handler);

    public IReadOnlyList<ActionRecord> Actions(RunFilter filter) => runs.Listing.List(filter);

    public bool CancelAction(string id) => runs.ByHand.Cancel(id);

    public IReadOnlyList<DeadLetter> DeadLetters() => deadLetters.List();

    public DeadLetter? FindDeadLetter(string id) => deadLetters.Find(id);

    public int RetryDeadLetters(IReadOnlyList<DeadLetter> letters) => deadLetters.Retry(bus, letters);

    public int ClearDeadLetters() => deadLetters.Clear();

    // A status right after the answer shows what was asked for.
    private T Shown<T>(Func<T> change)
    {
        var result = change();
        parts.PublishState();
        return result;
    }

    private void Shown(Action change)
    {
        change();
        parts.PublishState();
    }

    public IReadOnlyList<RuleView> Rules()
    {
        var rules = parts.Configuration.Rules.ToDictionary(r => r.Id, StringComparer.Ordinal);
        return
        [
            .. engine.Status.Select(s => new RuleView(
                s.Id,
                s.Enabled,
                rules.GetValueOrDefault(s.Id)?.Action.Name ?? "",
                s.Matched,
                s.Runs,
                s.LastRun,
                s.Paused ? "paused: it fired too often" : null
            )
            {
                Facts = engine.Facts(s.Id),
            }),
        ];
    }

    public IReadOnlyList<RuleTrial> TestRules(DaemonEvent @event, bool came) =>
        new RuleTrials(parts.Configuration, parts.Project, state().Automation ?? new AutomationView(), engine.Facts).Judge(@event, came);

    public ActionRecord? FindAction(string id) => runs.Listing.Record(id) ?? RunName.Choose(runs.Listing.List(new RunFilter()), id);

    public async ValueTask<int> CancelActionsAsync(string? rule, bool running)
    {
        if (
            rule is not null
            && parts.Configuration.Rules.All(r => r.Id != rule)
            && runs.Listing.List(new RunFilter { Rule = rule, Limit = 1 }).Count == 0
        )
            throw new ApiException(ApiError.NotFound, $"There is no rule '{rule}', and no run of one");
        var cancelled = await engine.CancelWaitingAsync(rule);
        return running ? cancelled + runs.ByHand.CancelRunning(rule) : cancelled;
    }

    public async ValueTask<string> RetryActionAsync(string id, CancellationToken token)
    {
        var record = runs.Listing.Record(id)!;
        if (!record.HasEnded)
            throw new ApiException(ApiError.InvalidParams, $"Action {id} has not ended yet ({ActionEvents.Word(record.Status)})");
        var events = runs.ByHand.EventsOf(record)
            ?? throw new ApiException(
                ApiError.NotFound,
                $"The event of {id} is not in the journal any more (daemon.history.events_days says how long it is kept)"
            );
        try
        {
            return await engine.RetryAsync(id, record.RuleId, events, token);
        }
        catch (KeyNotFoundException e)
        {
            throw new ApiException(ApiError.NotFound, e.Message);
        }
    }

    public void HoldAction(string id)
    {
        if (runs.ByHand.Hold(id) is { } obstacle)
            throw new ApiException(
                ApiError.InvalidParams,
                obstacle switch
                {
                    "running" => $"Action {id} runs already; 'aiwg-daemon actions cancel {id}' ends it",
                    "judged" => $"Action {id} waits until its rule knows whether its own run made the changes: hold the action that comes "
                        + $"of it then, or let go of the changes with 'aiwg-daemon actions cancel {id}'",
                    _ => $"Action {id} has ended already",
                }
            );
    }

    public void ReleaseAction(string id)
    {
        if (!runs.ByHand.Release(id)) throw new ApiException(ApiError.InvalidParams, $"Action {id} is not held");
    }

    private static string NoAction(string name, DaemonConfiguration configuration)
    {
        const int MostNamed = 10;
        var names = configuration.Actions.Keys.ToList();
        var rule = configuration.Rules.FirstOrDefault(r => r.Id == name || r.Id == Rule.OfJob + name);
        var hint = rule is not null && names.Contains(rule.Action.Name) ? $"; that is a rule or job, whose action is '{rule.Action.Name}'"
            : rule is not null ? "; that is a rule or job, whose action has no name: write it under actions: to run it by hand"
            : names.Count == 0 ? "; it has none"
            : Nearest.To(name, names) is { } near ? $"; did you mean '{near}'?"
            : names.Count <= MostNamed ? $"; it has {string.Join(", ", names)}"
            : $"; it has {string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";
        return $"The configuration has no action '{name}'{hint}";
    }

    public async ValueTask<string?> RunActionAsync(
        string name, ReadOnlyMemory<byte>? payload, string? causedBy, CancellationToken token)
    {
        var actions = parts.Configuration.Actions;
        if (!actions.ContainsKey(name)) throw new ApiException(ApiError.NotFound, NoAction(name, parts.Configuration));
        return await engine.RunAsync(name, payload ?? "{}"u8.ToArray(), causedBy, token);
    }
}
