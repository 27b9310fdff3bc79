using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Runs;

/// <summary>
/// Reads a delivery ledger line by line. Behind a line that is damaged or missing no checkpoint is believed: what was lost with it may be
/// an event that the checkpoint covers. Pure but for the journal; not thread-safe.
/// </summary>
/// <param name="journal">Has the payloads of large events; null if nobody is going to ask for them.</param>
internal sealed class LedgerReader(JournalReader? journal = null)
{
    private bool _isChecked;

    /// <summary>What the lines add up to.</summary>
    public LedgerState State { get; } = new();

    /// <summary>Whose the ledger is; null if it does not say.</summary>
    public LedgerOrigin? Origin { get; private set; }

    /// <summary>The format of the ledger: 1 has no checksums.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>How many lines were applied or refused.</summary>
    public int Lines { get; private set; }

    /// <summary>The number of the next line, for whoever goes on writing.</summary>
    public long NextNumber { get; private set; } = 1;

    /// <summary>What is wrong with the first line that is damaged or follows a missing one; null if all is well.</summary>
    public string? Damage { get; private set; }

    /// <summary>Applies one line; false with a reason if it cannot be read. <paramref name="routed"/> is told of routed lines.</summary>
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
                State.Apply(record);
                return null;
            case "started":
                var (process, at) = LedgerRecord.ParseStarted(root);
                State.ApplyStarted(LedgerRecord.Action(root), process, at);
                return null;
            case "finished":
                State.ApplyFinished(LedgerRecord.Action(root), LedgerRecord.Status(root), LedgerRecord.At(root));
                return null;
            case "hold":
                State.ApplyHold(LedgerRecord.Action(root), root.GetProperty("held"u8).GetBoolean());
                return null;
            case "ended":
                State.Ended.Add(LedgerRecord.ParseEnded(root));
                return null;
            case "deferred":
                var deferral = LedgerRecord.ParseDeferred(root);
                // Behind damage only what reaches further back is believed.
                if (
                    Damage is null
                    || (deferral.From > 0 && deferral.From < State.Deferred.GetValueOrDefault(deferral.RuleId, long.MaxValue))
                )
                    State.Apply(deferral);
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
        if (Damage is null) State.ApplyCheckpoint(checkpoint);
    }

    private void Number(long number)
    {
        // A ledger with checksums begins with the first number, whatever stood before it.
        if (number != NextNumber || (!_isChecked && Lines > 1)) Damage ??= $"line {Lines}: lines before it are missing";
        (_isChecked, NextNumber) = (true, number + 1);
    }
}
