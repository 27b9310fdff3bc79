using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// What a rule cannot take now waits in the journal, where it is already: it costs no memory and holds up no other rule. The ledger notes
/// from where on the rule has seen nothing, so that a restart goes on there. Three states: none, waiting for room, being read.
/// </summary>
internal sealed class BacklogWindow(RuleWork work, RuleContext context)
{
    private static readonly TimeSpan RereadDelay = TimeSpan.FromSeconds(30);

    private Backlog? _backlog;
    private RuleTimer? _reread;

    public int Count => _backlog?.Count ?? 0;

    private string Issue => "rules.backlog." + work.Rule.Id;

    private bool HasRoom
    {
        get
        {
            var (waiting, limits) = (work.Line.Waiting + work.Line.Queued, context.Limits);
            return waiting < limits.Share || (waiting < limits.Waiting && context.Outstanding < limits.Outstanding
                && work.Own.Held < limits.Joined && work.Burst.Events < limits.Joined
                && (work.Line.Last?.Events.Count ?? 0) < limits.Joined);
        }
    }

    /// <summary>True if the event is left in the journal for now, because the rule has no room or older events of it wait there.</summary>
    public bool Takes(DaemonEvent @event)
    {
        // What is not in the journal cannot wait there.
        if (@event.JournalPosition == 0) return false;
        if (_backlog is null)
        {
            if (work.Loop.Holds || HasRoom) return false;
            Begin(@event.LineStart);
            var (id, waiting) = (work.Rule.Id, work.Line.Waiting);
            context.Log(log => RuleLog.Deferred(log, id, waiting));
            context.Report(Issue, $"Rule {id} has {waiting} runs waiting; what comes beyond waits in the journal and is taken up " +
                "in its order, and nothing is lost: make its action quicker, or let events share a run (on_busy: coalesce)");
        }
        // An older one comes after a damaged ledger: what the rule has seen since is known, or may run once more.
        _backlog!.From = Math.Min(_backlog.From, @event.LineStart);
        _backlog.Until = Math.Max(_backlog.Until, @event.JournalPosition);
        _backlog.Count++;
        _backlog.Come++;
        return true;
    }

    /// <summary>An earlier daemon left events in the journal: about so many, until they are counted.</summary>
    public void Restore(long from, long until, int about)
    {
        Begin(from);
        (_backlog!.Until, _backlog.Count, _backlog.TakenUncounted) = (until, about, 0);
        context.Do(new RuleEffect.CountJournal(work.Rule, _backlog, from, until));
    }

    /// <summary>So many of what an earlier daemon left were for the rule.</summary>
    public void Counted(Backlog backlog, int found)
    {
        if (backlog != _backlog || backlog.TakenUncounted is not { } taken) return;
        backlog.TakenUncounted = null;
        backlog.Count = Math.Max(0, found - taken) + backlog.Come;
    }

    /// <summary>Reads on if there is room. Half of it: so that a rule at its limit reads the journal in pieces that are worth it.</summary>
    public void Consider()
    {
        if (_backlog is not { IsBeingRead: false } || context.IsStopping || work.Loop.Holds) return;
        if (work.Line.Waiting > context.Limits.Waiting / 2 || !HasRoom) return;
        _backlog.IsBeingRead = true;
        Read();
    }

    /// <summary>Takes up what was read, as far as there is room.</summary>
    public void Take(JournalPiece piece)
    {
        // Gone with its rule, or let go.
        if (piece.Backlog != _backlog || context.IsStopping) return;
        if (ReferenceEquals(piece.Rule, work.Rule) && _backlog.From == piece.From)
        {
            foreach (var (@event, isWanted) in piece.Events)
            {
                if (!HasRoom || work.Loop.Holds)
                {
                    _backlog.IsBeingRead = false;
                    return;
                }
                TakeUp(@event, isWanted);
            }
            if (piece.IsLast && _backlog.Until == piece.Until)
            {
                End();
                return;
            }
        }
        Read();
    }

    public void CannotRead(Backlog backlog, string error)
    {
        if (backlog != _backlog) return;
        context.Report(Issue,
            $"Events of rule {work.Rule.Id} wait in the journal, which cannot be read: {error}; they are taken up when it can");
        context.Arm(ref _reread, work.Rule.Id, TimerPurpose.Reread, RereadDelay);
    }

    public void ReadAgain(RuleTimer timer)
    {
        if (timer == _reread && _backlog is not null) Read();
    }

    /// <summary>Lets go of what waits in the journal; how many events that are, about.</summary>
    public int GiveUp()
    {
        if (_backlog is not { } backlog) return 0;
        End();
        return Math.Max(backlog.Count, 1);
    }

    private void Begin(long from)
    {
        _backlog = new Backlog { From = from };
        context.Deferring.Add(work);
        context.Defer(work.Rule.Id, from);
    }

    private void End()
    {
        context.Disarm(ref _reread);
        _backlog = null;
        context.Deferring.Remove(work);
        context.Defer(work.Rule.Id, 0);
        context.Report(Issue, null);
    }

    private void Read() => context.Do(new RuleEffect.ReadJournal(work.Rule, _backlog!, _backlog!.From, _backlog.Until));

    private void TakeUp(DaemonEvent @event, bool isWanted)
    {
        _backlog!.From = @event.JournalPosition;
        if (isWanted)
        {
            _backlog.Count = Math.Max(0, _backlog.Count - 1);
            _backlog.TakenUncounted++;
            work.Gate.Take(@event);
            context.Defer(work.Rule.Id, _backlog.From);
        }
        @event.Shed();
    }
}
