namespace AiwgDaemon.Rules;

// A rule that is removed or disabled has no more runs: what waits for it is cancelled. Under the router's lock.
internal sealed partial class Router
{
    private void LetGo(RuleState state, string why)
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
    }

    private static void EndGathering(RuleState state, PendingAction? run)
    {
        if (run is not null && state.Gathering != run) return;
        state.Gathering = null;
        state.Quiet?.Dispose();
        state.Quiet = null;
    }
}
