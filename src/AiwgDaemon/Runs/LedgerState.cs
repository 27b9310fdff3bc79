using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Runs;

/// <summary>
/// What a delivery ledger says: the actions that are not finished or not yet forgettable, what waits in the journal, and the checkpoint.
/// Pure; not thread-safe.
/// </summary>
internal sealed class LedgerState
{
    private const int PiecesOf = 256 * 1024;

    private readonly Dictionary<string, LiveAction> _live = [];

    // Finished, but an event of theirs lies behind the checkpoint: it will be looked at again, and must not run again.
    private readonly List<LiveAction> _finished = [];

    private readonly Dictionary<string, long> _deferred = new(StringComparer.Ordinal);

    private long _liveBytes;

    /// <summary>Everything before it in the journal has been routed; zero if no line that is believed says so.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>About how long the ledger would be if it held only what it has to.</summary>
    public long LiveBytes => _liveBytes + Ended.Bytes;

    /// <summary>The runs that ended last, with their events.</summary>
    public EndedRuns Ended { get; } = new();

    /// <summary>Rules whose events wait in the journal, and from where on.</summary>
    public IReadOnlyDictionary<string, long> Deferred => _deferred;

    public IEnumerable<LiveAction> Live => _live.Values;

    /// <summary>Up to where nothing is owed: every event before it was routed, and no run of one waits or runs.</summary>
    public long Settled
    {
        get
        {
            var settled = Checkpoint;
            foreach (var from in _deferred.Values) settled = Math.Min(settled, from);
            foreach (var action in _live.Values)
                foreach (var @event in action.Events)
                    if (@event.JournalPosition > 0 && @event.LineStart < settled) settled = @event.LineStart;
            return settled;
        }
    }

    public void Apply(RoutedEvent routed)
    {
        if (!_live.TryGetValue(routed.ActionId, out var action))
            _live.Add(routed.ActionId, action = new LiveAction(routed.ActionId, routed.RuleId, routed.Attempt, routed.IsHeld));
        action.Events.Add(routed.Event);
        _liveBytes += Size(routed.Event);
    }

    public void ApplyStarted(string actionId, ProcessIdentity process, DateTimeOffset at)
    {
        if (_live.TryGetValue(actionId, out var action)) (action.Process, action.StartedAt) = (process, at);
    }

    /// <summary>A person holds the run, or does not any more.</summary>
    public void ApplyHold(string actionId, bool isHeld)
    {
        if (_live.TryGetValue(actionId, out var action)) action.IsHeldByHand = isHeld;
    }

    public void ApplyFinished(string actionId, string status, DateTimeOffset? at)
    {
        if (!_live.Remove(actionId, out var action)) return;
        // What never was a run for a person cannot be repeated by one.
        if (!action.IsHeld && status is not ("joined" or "dropped") && EndedRun.Of(action, status, at) is { } ended) Ended.Add(ended);
        if (action.Events.Exists(e => e.JournalPosition > Checkpoint)) _finished.Add(action);
        else _liveBytes -= action.Events.Sum(Size);
    }

    public void Apply(Deferral deferral)
    {
        if (deferral.From == 0) _deferred.Remove(deferral.RuleId);
        else _deferred[deferral.RuleId] = deferral.From;
    }

    /// <summary>The checkpoint only grows.</summary>
    public bool ApplyCheckpoint(long position)
    {
        if (position <= Checkpoint) return false;
        Checkpoint = position;
        if (_finished.Count > 0) _finished.RemoveAll(IsBehind);
        return true;

        bool IsBehind(LiveAction action)
        {
            if (action.Events.Exists(e => e.JournalPosition > position)) return false;
            _liveBytes -= action.Events.Sum(Size);
            return true;
        }
    }

    /// <summary>The journal ends before the checkpoint: its end was lost, or the checkpoint's line is damaged.</summary>
    public void ClampCheckpoint(long end) => Checkpoint = Math.Min(Checkpoint, end);

    /// <summary>
    /// The ledger written anew, in pieces: each is valid until the next is asked for. The checkpoint stands behind the runs that it covers,
    /// and in the first line how far back to go if one of them cannot be read.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> Write(LedgerWriter to, LedgerOrigin? origin)
    {
        to.Clear();
        to.Header(origin, Settled);
        foreach (var run in Ended.All)
        {
            to.Ended(run);
            if (to.Written.Length > PiecesOf) yield return Take();
        }
        // First, so that an end ends nothing that was decided on under the same id since.
        foreach (var action in _finished)
        {
            foreach (var @event in action.Events)
            {
                to.Routed(new RoutedEvent(action.Id, action.RuleId, action.Attempt, @event, action.IsHeld));
                if (to.Written.Length > PiecesOf) yield return Take();
            }
            to.Finished(action.Id, "finished", null);
        }
        foreach (var action in _live.Values)
        {
            foreach (var @event in action.Events)
            {
                to.Routed(new RoutedEvent(action.Id, action.RuleId, action.Attempt, @event, action.IsHeld));
                if (to.Written.Length > PiecesOf) yield return Take();
            }
            if (action.IsHeldByHand) to.Hold(action.Id, isHeld: true);
            if (action.Process is { } process) to.Started(action.Id, process, action.StartedAt ?? default);
        }
        foreach (var (rule, from) in _deferred) to.Deferred(new Deferral(rule, from));
        to.Checkpoint(Checkpoint);
        yield return Take();

        ReadOnlyMemory<byte> Take()
        {
            var piece = to.Written.ToArray();
            to.Clear();
            return piece;
        }
    }

    private static long Size(DaemonEvent @event) => 400 + @event.BytesHeld;
}
