using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>
/// Reads the ledger that the last daemon left and decides how far it can be believed: nothing is forgotten, at worst something is delivered
/// again. Used once, at a start, step by step: <see cref="Read"/>, <see cref="Judge"/>, <see cref="Left"/>. Not thread-safe.
/// </summary>
internal sealed class LedgerRecovery(
    string path, EventJournal journal, RecoverySources sources, IssueReport report, ILogger logger)
{
    private const string DamageIssue = "bus.ledger.damaged";
    private const string CopyIssue = "bus.ledger.copy";

    private readonly LedgerReader _ledger = new(journal.Reader);
    private readonly Dictionary<Guid, HashSet<string>> _routedTo = [];
    private OriginRelation _relation;

    /// <summary>From <see cref="Judge"/> on: what is believed.</summary>
    public LedgerState State { get; private set; } = new();

    /// <summary>The number of the next line, if the file is gone on with.</summary>
    public long NextNumber => _ledger.NextNumber;

    public bool HadLines => _ledger.Lines > 0;

    /// <summary>Whether the file cannot be appended to as it is by a daemon that is in <paramref name="here"/>.</summary>
    public bool IsToBeReplaced(LedgerOrigin? here) =>
        !HadLines
        || _ledger.Damage is not null
        || _ledger.Version < LedgerWriter.Version
        || _ledger.Origin != here
        || _relation == OriginRelation.Copy;

    /// <summary>An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it cannot be read, or if a newer version wrote
    /// it.</summary>
    public void Read()
    {
        foreach (var (line, _) in JsonLines.Read(path))
        {
            if (!_ledger.Apply(line.Span, routed => Remember(routed.Event.Id, routed.RuleId), out var error))
                BusLog.UnreadableLine(logger, path, _ledger.Lines, error!);
            if (_ledger.Version > LedgerWriter.Version)
                throw new IOException(
                    $"{path} was written by a newer version of aiwg-daemon (format {_ledger.Version}, this one reads up to "
                        + $"{LedgerWriter.Version}); start that version"
                );
        }
    }

    /// <param name="end">Of the journal; zero if it cannot be opened.</param>
    public void Judge(long end)
    {
        _relation = _ledger.Origin is { } origin ? sources.RelationTo(origin) : OriginRelation.Same;
        if (_relation == OriginRelation.Copy)
        {
            BeginAsCopy(end);
            return;
        }
        State = _ledger.State;
        if (!GoBack(end) && _ledger.Damage is null) return;
        foreach (var (@event, rule) in sources.Started()) Remember(@event, rule);
        ReportDamage();
    }

    /// <summary>What is to be done. Of the journal, up to <paramref name="end"/>.</summary>
    public Recovery Left(long end)
    {
        if (_relation == OriginRelation.Copy) return Recovery.Nothing with { MayEndProcesses = false };
        var from = State.Checkpoint;
        var started = State.Live.ToLookup(action => !action.IsHeld && (action.Process is not null || sources.OutputExists(action.Id)));
        return new Recovery(
            // None if the journal cannot be opened and this ledger is the first: then nothing is known, and nothing is owed.
            from == 0 ? [] : journal.Reader.ReadFrom(from, end).Select(e => new Redelivery(e.Again(), RulesThatHad(e.Id))),
            [.. started[false].Select(Owed)],
            [.. started[true].Select(a => new LostRun(a.Id, a.RuleId, a.Attempt, [.. a.Events], a.Process, a.StartedAt))]
        )
        {
            Ended = [.. State.Ended.All],
            Deferred = new Dictionary<string, long>(State.Deferred, StringComparer.Ordinal),
            WasRouted = (id, rule) => _routedTo.TryGetValue(id, out var rules) && rules.Contains(rule),
            MayEndProcesses = _relation == OriginRelation.Same,
        };
    }

    private static OwedAction Owed(LiveAction action) =>
        new(action.Id, action.RuleId, action.Attempt, [.. action.Events.Select(e => e.Again())], action.IsHeld, action.IsHeldByHand);

    private HashSet<string> RulesThatHad(Guid id) => _routedTo.GetValueOrDefault(id) ?? [];

    private void Remember(Guid @event, string rule)
    {
        if (!_routedTo.TryGetValue(@event, out var rules)) _routedTo.Add(@event, rules = []);
        rules.Add(rule);
    }

    // The original's are its own: nothing of it is taken up, and the new ledger begins at the end of the journal.
    private void BeginAsCopy(long end)
    {
        State.ApplyCheckpoint(end);
        var message =
            $"This project is a copy of {_ledger.Origin!.Project}: what was under way or waiting there ({_ledger.State.Live.Count()} runs) "
            + $"is left to it, and this copy begins with nothing to do; {SetAside("copied")}";
        BusLog.Copied(logger, message);
        report(CopyIssue, message);
    }

    // True if events are delivered again because no line says that they have been.
    private bool GoBack(long end)
    {
        if (end == 0) return false;
        if (State.Checkpoint > 0)
        {
            State.ClampCheckpoint(end);
            return false;
        }
        var start = Math.Min(journal.Start, end);
        var settled = sources.Settled;
        State.ApplyCheckpoint(JournalPosition.IsValid(settled) && settled > start ? Math.Min(settled, end) : start);
        return State.Checkpoint < end;
    }

    private void ReportDamage()
    {
        var what =
            !HadLines ? "is missing or empty"
            : _ledger.Damage is { } damage ? $"is damaged ({damage})"
            : "has no checkpoint";
        var kept = File.Exists(path) ? SetAside("damaged") : "nothing is left of it";
        var message =
            $"The delivery ledger {path} {what}: events since {JournalPosition.Describe(State.Checkpoint)} are delivered again, and a "
            + $"run of them that had ended may run once more; {kept}";
        BusLog.LedgerDamaged(logger, message);
        report(DamageIssue, message);
    }

    private string SetAside(string word)
    {
        try
        {
            return $"what was there is kept in {SecureFile.SetAside(path, word)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be set aside ({e.Message}) and is written anew";
        }
    }
}
