namespace AiwgDaemon.Rules;

// A rule that is removed or disabled has no more runs: what waits for it is cancelled. Under the router's lock.
internal sealed partial class Router
{
    /// <summary>How many events wait in the journal for rules that are full; about, after a restart.</summary>
    public long WaitingInJournal
    {
        get { lock (_gate) return _backlogged.Sum(static state => (long)(state.Backlog?.Count ?? 0)); }
    }

    /// <summary>For a person: cancels all that has not started, of one rule or of every one, also what waits in the journal; returns how many.</summary>
    public int CancelWaiting(string? ruleId)
    {
        const string Why = "cancelled by hand";
        var count = 0;
        lock (_gate)
        {
            foreach (var state in _states.Values)
                if (ruleId is null || state.Rule.Id == ruleId) count += LetGo(state, Why);
            if (ruleId is null or RequestRule) count += LetGoRequests(Why);
        }
        _runs.CommitDurably();
        return count;
    }

    private int LetGoRequests(string why)
    {
        var cancelled = _runs.CancelWaiting(RequestRule, why).Count;
        _outstanding -= cancelled;
        return cancelled;
    }

    // Returns how many runs and events were let go.
    private int LetGo(RuleState state, string why)
    {
        var inJournal = state.Backlog?.Count ?? 0;
        if (state.Backlog is not null) EndBacklog(state);
        var cancelled = _runs.CancelWaiting(state.Rule.Id, why, inJournal);
        _outstanding -= cancelled.Count;
        foreach (var id in cancelled) state.Active.Remove(id);
        foreach (var (_, timer) in state.Retrying.Values) timer.Dispose();
        state.Retrying.Clear();
        state.Waiting.Clear();
        EndGathering(state, null);
        foreach (var id in state.Held.Values.Select(held => held.ActionId).Distinct()) _runs.ForgetChange(id);
        state.Skipped += state.Held.Count;
        state.Held.Clear();
        EndHolding(state);
        return cancelled.Count + inJournal;
    }

    private static void EndGathering(RuleState state, PendingAction? run)
    {
        if (run is not null && state.Gathering != run) return;
        state.Gathering = null;
        state.Quiet?.Dispose();
        state.Quiet = null;
    }
}
