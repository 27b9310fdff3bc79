using AiwgDaemon.Bus;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules;

/// <summary>
/// Reads what the rules ask for, each on a thread of the pool: a file system that hangs holds up one rule alone. What was read comes back
/// as an input.
/// </summary>
/// <param name="runs">Knows the journal.</param>
/// <param name="contentOf">What the path of an event holds now, as a fingerprint.</param>
internal sealed class RuleDisk(RunDispatcher runs, Func<DaemonEvent, ulong?> contentOf)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _idle;
    private int _reading;

    /// <summary>What the ledger knows of events that wait in the journal since an earlier daemon.</summary>
    public Recovery Recovered { get; set; } = Recovery.Nothing;

    public void Read(RuleEffect.ReadContents asked, RuleReader reader) => Later(() =>
        reader.Post(new RuleInput.ContentsRead(asked.RuleId, asked.Events, [.. asked.Events.Select(contentOf)])));

    public void Read(RuleEffect.MatchAgain asked, RuleReader reader) => Later(() =>
        reader.Post(new RuleInput.MatchedAgain(asked.Rule, asked.Events.Where(e => IsFor(asked.Rule, e)).ToHashSet())));

    public void Read(RuleEffect.ReadJournal asked, RuleReader reader) => Later(() =>
    {
        try
        {
            reader.Post(new RuleInput.JournalRead(ReadOn(asked)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reader.Post(new RuleInput.JournalUnreadable(asked.Backlog, asked.Rule.Id, e.Message));
        }
    });

    public void Count(RuleEffect.CountJournal asked, RuleReader reader) => Later(() =>
    {
        try
        {
            var found = runs.ReadJournal(asked.From, asked.Until).Count(@event => IsWanted(asked.Rule, @event));
            reader.Post(new RuleInput.JournalCounted(asked.Backlog, asked.Rule.Id, found));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever takes the events up says so; until then the number of the daemon before stands.
        }
    });

    /// <summary>Completes when nothing is being read.</summary>
    public Task Idle()
    {
        lock (_gate)
        {
            if (_reading == 0) return Task.CompletedTask;
            return (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private JournalPiece ReadOn(RuleEffect.ReadJournal asked)
    {
        var events = new List<(DaemonEvent, bool)>();
        foreach (var @event in runs.ReadJournal(asked.From, asked.Until))
        {
            if (events.Count == JournalPiece.Most) return Piece(isLast: false);
            events.Add((@event, IsWanted(asked.Rule, @event)));
        }
        return Piece(isLast: true);

        JournalPiece Piece(bool isLast) => new(asked.Rule, asked.Backlog, asked.From, asked.Until, events, isLast);
    }

    private bool IsWanted(Rule rule, DaemonEvent @event) =>
        rule.Enabled
        && !EventGate.IsAboutOwnRun(rule, @event)
        && Matcher.Matches(rule.Event, @event)
        && !Recovered.WasRouted(@event.Id, rule.Id);

    // What cannot be read any more was for the rule when it was kept.
    private static bool IsFor(Rule rule, DaemonEvent @event)
    {
        try
        {
            return rule.Enabled && Matcher.Matches(rule.Event, @event);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private void Later(Action work)
    {
        lock (_gate) _reading++;
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.disk.Work(state.work), (disk: this, work), preferLocal: false);
    }

    private void Work(Action work)
    {
        try
        {
            work();
        }
        finally
        {
            lock (_gate)
            {
                if (--_reading == 0) _idle?.TrySetResult();
            }
        }
    }
}
