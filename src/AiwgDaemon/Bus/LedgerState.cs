using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Bus;

/// <summary>What the lines of a delivery ledger add up to: the actions that are not finished or not yet forgettable, and the checkpoint. Pure; not thread-safe.</summary>
internal sealed class LedgerState
{
    private readonly Dictionary<string, LiveAction> _live = [];

    // Finished, but an event of theirs lies behind the checkpoint: it will be looked at again, and must not run again.
    private readonly List<LiveAction> _finished = [];

    /// <summary>Everything before it in the journal has been routed; zero where no line says so.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>About how long the ledger would be if it held only what it has to.</summary>
    public long LiveBytes { get; private set; }

    public IEnumerable<LiveAction> Live => _live.Values;

    public void Apply(RoutedEvent routed)
    {
        if (!_live.TryGetValue(routed.ActionId, out var action))
            _live.Add(routed.ActionId, action = new LiveAction(routed.ActionId, routed.RuleId, routed.Attempt));
        action.Events.Add(routed.Event);
        LiveBytes += Size(routed.Event);
    }

    public void ApplyStarted(string actionId, ProcessIdentity process, DateTimeOffset at)
    {
        if (_live.TryGetValue(actionId, out var action)) (action.Process, action.StartedAt) = (process, at);
    }

    public void ApplyFinished(string actionId)
    {
        if (!_live.Remove(actionId, out var action)) return;
        if (action.Events.Exists(e => e.JournalPosition > Checkpoint)) _finished.Add(action);
        else LiveBytes -= action.Events.Sum(Size);
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
            LiveBytes -= action.Events.Sum(Size);
            return true;
        }
    }

    /// <summary>The journal ends before the checkpoint: it was lost, or the checkpoint's line is damaged.</summary>
    public void ClampCheckpoint(long end) => Checkpoint = Math.Min(Checkpoint, end);

    /// <summary>Applies one line; false with a reason where it cannot be read. <paramref name="routed"/> is told of routed lines.</summary>
    public bool Apply(ReadOnlySpan<byte> line, Action<RoutedEvent> routed, out string? error)
    {
        error = null;
        try
        {
            var reader = new Utf8JsonReader(line);
            var root = JsonElement.ParseValue(ref reader);
            switch (root.GetProperty("record"u8).GetString())
            {
                case "routed" when LedgerRecord.ParseRouted(root) is { } record:
                    routed(record);
                    Apply(record);
                    return true;
                case "started":
                    var (process, at) = LedgerRecord.ParseStarted(root);
                    ApplyStarted(LedgerRecord.Action(root), process, at);
                    return true;
                case "finished":
                    ApplyFinished(LedgerRecord.Action(root));
                    return true;
                case "checkpoint":
                    var position = root.GetProperty("position"u8).GetInt64();
                    if (!JournalPosition.IsValid(position)) throw new FormatException("its position is no place in a journal");
                    ApplyCheckpoint(position);
                    return true;
                default:
                    error = "its record is of no known kind";
                    return false;
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            error = e.Message;
            return false;
        }
    }

    public void WriteTo(IBufferWriter<byte> buffer)
    {
        // First, so that an end ends nothing that was decided on under the same id since.
        foreach (var action in _finished)
        {
            Write(action);
            LedgerRecord.Finished(buffer, action.Id, "finished");
        }
        foreach (var action in _live.Values) Write(action);
        LedgerRecord.Checkpoint(buffer, Checkpoint);

        void Write(LiveAction action)
        {
            foreach (var @event in action.Events) LedgerRecord.Routed(buffer, new RoutedEvent(action.Id, action.RuleId, action.Attempt, @event));
            if (action.Process is { } process) LedgerRecord.Started(buffer, action.Id, process, action.StartedAt ?? default);
        }
    }

    private static long Size(DaemonEvent @event) => 320 + @event.Payload.Length;
}

/// <summary>An action that was decided on and is not known to have ended.</summary>
internal sealed class LiveAction(string id, string ruleId, int attempt)
{
    public string Id { get; } = id;

    public string RuleId { get; } = ruleId;

    public int Attempt { get; } = attempt;

    public List<DaemonEvent> Events { get; } = [];

    public ProcessIdentity? Process { get; set; }

    public DateTimeOffset? StartedAt { get; set; }
}
