using System.Threading.Channels;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

// Actions that somebody asks for by name. The request is an event like any other, so that a crash forgets none of them.
internal sealed partial class Router
{
    /// <summary>The rule that the record of such an action names.</summary>
    public const string RequestRule = "manual";

    /// <summary>The type of the event that asks for an action by name.</summary>
    public const string RequestType = "action.run";

    private readonly Dictionary<Guid, TaskCompletionSource<string>> _requests = [];

    /// <summary>Accepts the request durably and returns the action's id once it is decided on; waits as every publisher does.</summary>
    public async Task<string> RunAsync(string action, ReadOnlyMemory<byte> payload, CancellationToken token)
    {
        var request = EventFactory.Create(_time.GetUtcNow(), EventSource.Manual, RequestType, action, payload);
        var decided = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _requests.Add(request.Id, decided);
        try
        {
            await _bus.PublishDurablyAsync(request, token);
            return await decided.Task.WaitAsync(token);
        }
        finally
        {
            lock (_gate) _requests.Remove(request.Id);
        }
    }

    /// <summary>
    /// A new run for the events of an ended one, of its rule as it is configured now; returns its id. On the disk on return. A
    /// <see cref="KeyNotFoundException"/> that says so if the rule or action is not there any more.
    /// </summary>
    public string Retry(string id, string ruleId, IReadOnlyList<DaemonEvent> events)
    {
        PendingAction pending;
        lock (_gate)
        {
            if (_disposed) throw new ChannelClosedException("The daemon is stopping; ask again when it is started");
            if (_states.TryGetValue(ruleId, out var state))
            {
                pending = Decide(state.Rule, [.. events], 1, retryOf: id);
                Wait(state, pending);
            }
            else if (IsRequest(events[0]) && _named(events[0].Subject) is { } action)
            {
                pending = Decide(new Rule { Id = RequestRule, Event = new EventMatch(), Action = action }, [.. events], 1, retryOf: id);
                Submit(null, pending);
            }
            else throw new KeyNotFoundException(IsRequest(events[0])
                ? $"The configuration has no action '{events[0].Subject}' any more"
                : $"The configuration has no rule '{ruleId}' any more; 'aiwg-daemon actions run NAME --payload JSON' runs an action by hand");
        }
        Flush();
        _runs.CommitDurably();
        return pending.Id;
    }

    // Events that are emitted have no subject, whatever their type.
    private static bool IsRequest(DaemonEvent @event) =>
        @event is { Source: EventSource.Manual, Type: RequestType, Subject.Length: > 0 };

    private void RunRequested(DaemonEvent request, string? id = null, bool isHeldByHand = false)
    {
        var action = _named(request.Subject);
        var rule = new Rule
        {
            Id = RequestRule,
            Event = new EventMatch(),
            Action = action ?? new ActionDefinition { Name = request.Subject, Type = ActionType.Exec },
        };
        var pending = Decide(rule, [request], 1, id, isHeldByHand);
        if (action is null) Refuse(pending, $"The configuration has no action '{request.Subject}' any more");
        else Submit(null, pending);
        // Behind the note in the ledger and the executor's taking it: who is told can ask for it.
        if (_requests.TryGetValue(request.Id, out var decided)) _runs.Then(() => decided.TrySetResult(pending.Id));
    }

    private void AbandonRequests()
    {
        foreach (var request in _requests.Values)
            request.TrySetException(new ChannelClosedException("The daemon is stopping; the action that was asked for runs when it is started again"));
    }
}
