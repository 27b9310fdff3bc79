using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Runs;

/// <summary>
/// What the lines of a delivery ledger add up to: the actions that are not finished or not yet forgettable, and the checkpoint. Behind a
/// line that is damaged or missing no checkpoint is believed: what was lost with it may be an event that the checkpoint covers. Pure; not
/// thread-safe.
/// </summary>
internal sealed class LedgerState(EventJournal? journal = null)
{
    private const int PiecesOf = 256 * 1024;

    private readonly Dictionary<string, LiveAction> _live = [];

    // Finished, but an event of theirs lies behind the checkpoint: it will be looked at again, and must not run again.
    private readonly List<LiveAction> _finished = [];

    private readonly Dictionary<string, long> _deferred = new(StringComparer.Ordinal);

    private long _liveBytes;
    private bool _isChecked;

    /// <summary>Everything before it in the journal has been routed; zero where no line that is believed says so.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>About how long the ledger would be if it held only what it has to.</summary>
    public long LiveBytes => _liveBytes + Ended.Bytes;

    /// <summary>The runs that ended last, with their events.</summary>
    public EndedRuns Ended { get; } = new();

    /// <summary>Whose the ledger is; null where it does not say.</summary>
    public LedgerOrigin? Origin { get; private set; }

    /// <summary>The format of the ledger: 1 has no checksums.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>How many lines were applied or refused.</summary>
    public int Lines { get; private set; }

    /// <summary>The number of the next line, for whoever goes on writing.</summary>
    public long NextNumber { get; private set; } = 1;

    /// <summary>What is wrong with the first line that is damaged or follows a missing one; null where all is well.</summary>
    public string? Damage { get; private set; }

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

    public void ApplyFinished(string actionId, string status)
    {
        if (!_live.Remove(actionId, out var action)) return;
        // What never was a run for a person cannot be repeated by one.
        if (!action.IsHeld && status is not ("joined" or "dropped") && EndedRun.Of(action) is { } ended) Ended.Add(ended);
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

    /// <summary>Applies one line; false with a reason where it cannot be read. <paramref name="routed"/> is told of routed lines.</summary>
    public bool Apply(ReadOnlySpan<byte> line, Action<RoutedEvent> routed, out string? error)
    {
        Lines++;
        error = null;
        try
        {
            var check = LedgerLine.Check(line);
            if (check == LineCheck.Damaged) error = "its checksum is wrong";
            else if (check == LineCheck.Unchecked && _isChecked) error = "it has no checksum, and the lines before it have one";
            else
            {
                var reader = new Utf8JsonReader(line);
                var root = JsonElement.ParseValue(ref reader);
                if (check == LineCheck.Whole) Number(root.GetProperty("n"u8).GetInt64());
                error = Apply(root, routed);
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            error = e.Message;
        }
        if (error is not null) Damage ??= $"line {Lines}: {error}";
        return error is null;
    }

    /// <summary>
    /// The ledger written anew, in pieces: each is valid until the next is asked for. The checkpoint stands behind the runs that it covers,
    /// and
    /// in the first line how far back to go if one of them cannot be read.
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
            to.Finished(action.Id, "finished");
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

    private string? Apply(JsonElement root, Action<RoutedEvent> routed)
    {
        switch (root.GetProperty("record"u8).GetString())
        {
            case "ledger":
                Version = root.GetProperty("version"u8).GetInt32();
                Origin = LedgerRecord.ParseOrigin(root);
                Believe(LedgerRecord.Position(root, "settled"u8));
                return null;
            case "routed" when LedgerRecord.ParseRouted(root, journal) is { } record:
                routed(record);
                Apply(record);
                return null;
            case "started":
                var (process, at) = LedgerRecord.ParseStarted(root);
                ApplyStarted(LedgerRecord.Action(root), process, at);
                return null;
            case "finished":
                ApplyFinished(LedgerRecord.Action(root), LedgerRecord.Status(root));
                return null;
            case "hold":
                ApplyHold(LedgerRecord.Action(root), root.GetProperty("held"u8).GetBoolean());
                return null;
            case "ended":
                Ended.Add(LedgerRecord.ParseEnded(root));
                return null;
            case "deferred":
                var deferral = LedgerRecord.ParseDeferred(root);
                // Behind damage only what reaches further back is believed.
                if (Damage is null || (deferral.From > 0 && deferral.From < _deferred.GetValueOrDefault(deferral.RuleId, long.MaxValue)))
                    Apply(deferral);
                return null;
            case "checkpoint":
                Believe(LedgerRecord.Position(root, "position"u8));
                return null;
            default:
                return "its record is of no known kind";
        }
    }

    private void Believe(long checkpoint)
    {
        if (Damage is null) ApplyCheckpoint(checkpoint);
    }

    private void Number(long number)
    {
        // A ledger with checksums begins with the first number, whatever stood before it.
        if (number != NextNumber || (!_isChecked && Lines > 1)) Damage ??= $"line {Lines}: lines before it are missing";
        (_isChecked, NextNumber) = (true, number + 1);
    }

    private static long Size(DaemonEvent @event) => 400 + @event.BytesHeld;
}

/// <summary>An action that was decided on and is not known to have ended.</summary>
internal sealed class LiveAction(string id, string ruleId, int attempt, bool isHeld = false)
{
    public string Id { get; } = id;

    public string RuleId { get; } = ruleId;

    public int Attempt { get; } = attempt;

    /// <summary>Not a run yet: its events wait for the rule's own action to end.</summary>
    public bool IsHeld { get; } = isHeld;

    public List<DaemonEvent> Events { get; } = [];

    /// <summary>A person holds the run.</summary>
    public bool IsHeldByHand { get; set; }

    public ProcessIdentity? Process { get; set; }

    public DateTimeOffset? StartedAt { get; set; }
}
