using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules;

// What a rule cannot take now waits in the journal, where it is already: it costs no memory and holds up no other rule. The ledger notes from
// where on the rule has seen nothing, so that a restart goes on there.
internal sealed partial class Router
{
    /// <summary>Runs of one rule that wait in memory; what comes beyond waits in the journal.</summary>
    public const int MaxWaiting = 1000;

    /// <summary>Events of one waiting run, or held while a run goes on, in memory; what comes beyond waits in the journal.</summary>
    public const int MaxJoined = 20_000;

    // What every rule has, however much waits for the others.
    private const int Share = 10;

    // Between two of these, other events get the router.
    private const int ReadAtOnce = 64;

    private static readonly TimeSpan RereadDelay = TimeSpan.FromSeconds(30);

    private readonly HashSet<RuleState> _backlogged = [];
    private Func<Guid, string, bool> _wasRouted = static (_, _) => false;

    /// <summary>True if the event is left in the journal for now, because the rule has no room or older events of it wait there.</summary>
    private bool IsDeferred(RuleState state, DaemonEvent @event)
    {
        // What is not in the journal cannot wait there.
        if (@event.JournalPosition == 0) return false;
        if (state.Backlog is null)
        {
            if (state.Guard.Holds || HasRoom(state)) return false;
            Defer(state, @event.LineStart);
            RouterLog.Deferred(_logger, state.Rule.Id, state.Waiting.Count);
            _report(BacklogIssue(state), $"Rule {state.Rule.Id} has {state.Waiting.Count} runs waiting; what comes beyond waits in the journal and is taken up in its order, " +
                "and nothing is lost: make its action quicker, or let events share a run (on_busy: coalesce)");
        }
        // An older one comes after a damaged ledger: what the rule has seen since is known, or may run once more.
        state.Backlog!.From = Math.Min(state.Backlog.From, @event.LineStart);
        state.Backlog.Until = Math.Max(state.Backlog.Until, @event.JournalPosition);
        state.Backlog.Count++;
        return true;
    }

    private bool HasRoom(RuleState state)
    {
        var waiting = state.Waiting.Count + state.Active.Count;
        return waiting < Share || (waiting < MaxWaiting && _outstanding < MaxOutstanding
            && state.Held.Count < MaxJoined && (state.Gathering?.Events.Count ?? 0) < MaxJoined && (state.Waiting.Last?.Value.Events.Count ?? 0) < MaxJoined);
    }

    private void Defer(RuleState state, long from)
    {
        state.Backlog = new Backlog { From = from };
        _backlogged.Add(state);
        _runs.Defer(new Deferral(state.Rule.Id, from));
    }

    // Half of the room: so that a rule at its limit reads the journal in pieces that are worth it.
    private void ConsiderBacklogs()
    {
        foreach (var state in _backlogged)
        {
            if (state.Backlog!.IsBeingRead || state.Guard.Holds || state.Waiting.Count > MaxWaiting / 2 || !HasRoom(state)) continue;
            state.Backlog.IsBeingRead = true;
            Later(() => ReadBacklog(state));
        }
    }

    private void ReadBacklog(RuleState state)
    {
        try
        {
            while (ReadPiece(state)) Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _report(BacklogIssue(state), $"Events of rule {state.Rule.Id} wait in the journal, which cannot be read: {e.Message}; they are taken up when it can");
            _ = ReadBacklogLaterAsync(state);
        }
        Flush();
    }

    private async Task ReadBacklogLaterAsync(RuleState state)
    {
        await Task.Delay(RereadDelay, _time);
        ReadBacklog(state);
    }

    // False when nothing is left, or the rule has no room.
    private bool ReadPiece(RuleState state)
    {
        Backlog? backlog;
        long from, until;
        lock (_gate)
        {
            // Gone with its rule.
            if ((backlog = state.Backlog) is null) return false;
            (from, until) = (backlog.From, backlog.Until);
        }
        var read = 0;
        foreach (var @event in _runs.ReadJournal(from, until))
        {
            lock (_gate)
            {
                if (_disposed || state.Backlog != backlog || !HasRoom(state) || state.Guard.Holds)
                {
                    backlog.IsBeingRead = false;
                    return false;
                }
                TakeUp(state, backlog, @event);
            }
            if (++read == ReadAtOnce) return true;
        }
        lock (_gate)
        {
            if (state.Backlog != backlog) return false;
            if (backlog.Until != until || backlog.From < from) return true;
            EndBacklog(state);
            return false;
        }
    }

    private void TakeUp(RuleState state, Backlog backlog, DaemonEvent @event)
    {
        backlog.From = @event.JournalPosition;
        var isWanted = state.Rule.Enabled && Matcher.Matches(state.Rule.Event, @event) && !IsAboutOwnAction(state.Rule, @event);
        if (isWanted && !_wasRouted(@event.Id, state.Rule.Id))
        {
            backlog.Count = Math.Max(0, backlog.Count - 1);
            Route(state, @event);
            _runs.Defer(new Deferral(state.Rule.Id, backlog.From));
        }
        @event.Shed();
    }

    private void EndBacklog(RuleState state)
    {
        state.Backlog = null;
        _backlogged.Remove(state);
        _runs.Defer(new Deferral(state.Rule.Id, 0));
        _report(BacklogIssue(state), null);
    }

    private void Restore(IReadOnlyDictionary<string, long> deferred, Func<Guid, string, bool> wasRouted)
    {
        _wasRouted = wasRouted;
        foreach (var (rule, from) in deferred)
        {
            if (_states.TryGetValue(rule, out var state) && state.Rule.Enabled)
            {
                Defer(state, from);
                state.Backlog!.Until = _runs.Checkpoint;
                continue;
            }
            RouterLog.CannotRun(_logger, rule, "waits in the journal", "its rule is no longer there; the events of the earlier daemon are let go");
            _runs.Defer(new Deferral(rule, 0));
        }
    }

    private static string BacklogIssue(RuleState state) => "rules.backlog." + state.Rule.Id;
}
