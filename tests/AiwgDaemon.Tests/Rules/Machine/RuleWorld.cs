using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules.Machine;

/// <summary>Everything around a <see cref="RuleMachine"/>, in memory: runs, a journal, timers, files. Checks each effect against what went
/// before.</summary>
internal sealed class RuleWorld
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly RuleMachine _machine;
    private readonly RuleEffects _effects = new();
    private readonly List<(RuleTimer Timer, TimeSpan Due)> _timers = [];
    private readonly List<RuleEffect> _reads = [];
    private readonly List<(DaemonEvent Event, HashSet<string> Rules)> _journal = [];
    private readonly Dictionary<string, WorldRun> _byId = new(StringComparer.Ordinal);
    private readonly Queue<RuleEffect> _pending = new();
    private RuleSet _set;
    private bool _isDoing;
    private TimeSpan _elapsed;
    private int _ids;

    public RuleWorld(RuleSet set, RuleLimits limits)
    {
        _set = set;
        _machine = new RuleMachine(set, _ => $"run-{_ids++}", limits);
    }

    /// <summary>Every run there was, in the order of decisions.</summary>
    public List<WorldRun> Runs { get; } = [];

    /// <summary>What became of each event by each rule that it was for: runs, skips and the like.</summary>
    public Dictionary<(string Rule, Guid Event), List<string>> Outcomes { get; } = [];

    public IReadOnlyList<DaemonEvent> Events => _journal.ConvertAll(e => e.Event);

    /// <summary>Effects of everything else, for tests that look for one.</summary>
    public List<RuleEffect> Seen { get; } = [];

    public RuleMachine Machine => _machine;

    public DateTimeOffset Now => Start + _elapsed;

    public bool HasTimers => _timers.Count > 0;

    public void Publish(params DaemonEvent[] events)
    {
        var matcher = new Matcher(_set.Rules);
        foreach (var @event in events)
        {
            @event.JournalPosition = (_journal.Count + 1) * 100;
            @event.LineLength = 100;
            var matching = matcher.Match(@event);
            _journal.Add((@event, [.. matching.Select(r => r.Id)]));
            foreach (var rule in matching) Outcomes[(rule.Id, @event.Id)] = [];
            Give(new RuleInput.Event(@event, matching));
        }
        Give(new RuleInput.BurstEnded());
    }

    public DaemonEvent Change(string path) => Support.TestEvents.Watch(path, Now);

    public void Reload(IReadOnlyList<Rule> rules)
    {
        _set = _set with { Rules = rules };
        Give(new RuleInput.Reload(_set));
    }

    public int Give(RuleInput input)
    {
        var concerned = _machine.On(input, new Moment(Now, _elapsed), _effects);
        foreach (var effect in _effects.OnRuns.Concat(_effects.Then)) _pending.Enqueue(effect);
        foreach (var deferral in _effects.Deferrals) Note(deferral);
        _effects.Clear();
        // What an effect leads to is done behind those that are there already.
        if (_isDoing) return concerned;
        _isDoing = true;
        for (var done = 0; _pending.TryDequeue(out var next); done++)
        {
            if (done > 50_000) throw new InvalidOperationException($"Effects without an end: {next}");
            Do(next);
        }
        _isDoing = false;
        return concerned;
    }

    /// <summary>Starts a run that is queued.</summary>
    public void Begin(WorldRun run)
    {
        run.State = WorldState.Running;
        Give(new RuleInput.Started(run.Id, run.RuleId, run.Events));
    }

    public void End(WorldRun run, ActionStatus status = ActionStatus.Completed)
    {
        run.State = WorldState.Ended;
        run.Status = status;
        run.IsClosed = false;
        Give(new RuleInput.Ended(run.Id, status, run.Events));
        run.IsClosed.ShouldBeTrue("each end is answered");
    }

    public void Hold(WorldRun run)
    {
        run.IsHeld = true;
        run.State = WorldState.Waiting;
        Give(new RuleInput.Held(run.Id));
    }

    public void Release(WorldRun run)
    {
        run.IsHeld = false;
        Give(new RuleInput.Released(run.Id));
    }

    public void Advance(TimeSpan time)
    {
        var until = _elapsed + time;
        while (_timers.Where(t => t.Due <= until).OrderBy(t => t.Due).FirstOrDefault() is { Timer: not null } next)
        {
            _elapsed = next.Due > _elapsed ? next.Due : _elapsed;
            _timers.Remove(next);
            Give(new RuleInput.TimerFired(next.Timer));
        }
        _elapsed = until;
    }

    /// <summary>Answers what was asked of the disk so far; false if nothing was.</summary>
    public bool AnswerReads(Func<string, ulong?> contentOf)
    {
        var reads = _reads.ToList();
        _reads.Clear();
        foreach (var read in reads)
        {
            if (read is RuleEffect.ReadContents contents)
                Give(new RuleInput.ContentsRead(contents.RuleId, contents.Events, [.. contents.Events.Select(e => contentOf(e.Subject))]));
            else if (read is RuleEffect.MatchAgain again)
                Give(new RuleInput.MatchedAgain(again.Rule, again.Events.Where(e => Matcher.Matches(again.Rule.Event, e)).ToHashSet()));
            else Give(new RuleInput.JournalRead(Read((RuleEffect.ReadJournal)read)));
        }
        return reads.Count > 0;
    }

    /// <summary>Lets everything come to its end: what runs ends, what is held is released, all timers fire.</summary>
    public void RunDry()
    {
        for (var round = 0; round < 5000; round++)
        {
            var busy = AnswerReads(_ => null);
            foreach (var run in Runs.Where(r => r.IsHeld && r.State != WorldState.Ended).ToList()) Release(run);
            if (Runs.Find(r => r.State == WorldState.Queued) is { } queued) Begin(queued);
            if (Runs.Find(r => r.State == WorldState.Running) is { } running) End(running);
            else if (!busy && _timers.Count > 0) Advance(TimeSpan.FromMinutes(2));
            else if (!busy && !_machine.Status.Any(s => s.Paused)) return;
            else foreach (var status in _machine.Status.Where(s => s.Paused).ToList()) Give(new RuleInput.ResumeRule(status.Id));
        }
        throw new InvalidOperationException("The rules do not come to rest");
    }

    private JournalPiece Read(RuleEffect.ReadJournal read)
    {
        var there = _journal.Where(e => e.Event.LineStart >= read.From && e.Event.JournalPosition <= read.Until).ToList();
        return new JournalPiece(read.Rule, read.Backlog, read.From, read.Until,
            [.. there.Take(3).Select(e => (e.Event, e.Rules.Contains(read.Rule.Id)))], IsLast: there.Count <= 3);
    }

    private void Note(Deferral deferral)
    {
        // Let go with its rule: what had no outcome by then gets none.
        if (deferral.From != 0) return;
        foreach (var ((rule, _), outcomes) in Outcomes)
            if (rule == deferral.RuleId && outcomes.Count == 0) outcomes.Add("journal");
    }

    private WorldRun Find(string id) => _byId[id];

    private void Outcome(string rule, DaemonEvent @event, string what)
    {
        if (!Outcomes.TryGetValue((rule, @event.Id), out var outcomes)) return;
        outcomes.Remove("journal");
        outcomes.Add(what);
    }

    private void Do(RuleEffect effect)
    {
        switch (effect)
        {
            case RuleEffect.Decide { Plan: var e }:
                var run = new WorldRun(e.Id, e.RuleId, e.Attempt) { Events = [.. e.Events], Beside = Of(e.RuleId)?.OnBusy == OnBusy.Allow };
                _byId.Add(e.Id, run);
                Runs.Add(run);
                if (e.Attempt == 1) foreach (var @event in e.Events) Outcome(e.RuleId, @event, e.Id);
                break;
            case RuleEffect.Join e:
                Find(e.RunId).State.ShouldBe(WorldState.Waiting, "only a run that waits can be joined");
                Find(e.RunId).IsHeld.ShouldBeFalse("nothing joins a run that is held by hand");
                Find(e.RunId).Events.AddRange(e.Events);
                foreach (var @event in e.Events) Outcome(Find(e.RunId).RuleId, @event, e.RunId);
                break;
            case RuleEffect.Amend e: Amend(Find(e.RunId), e.Events); break;
            case RuleEffect.Wait e: Find(e.RunId).State.ShouldBe(WorldState.Waiting); break;
            case RuleEffect.Queue e: Queue(Find(e.RunId)); break;
            case RuleEffect.Cancel e: Cancel(Find(e.RunId)); break;
            case RuleEffect.CancelWaiting e:
                var waiting = Runs.Where(r => r.RuleId == e.RuleId && r.State is WorldState.Waiting or WorldState.Queued).ToList();
                foreach (var one in waiting) (one.State, one.Status) = (WorldState.Ended, ActionStatus.Cancelled);
                Give(new RuleInput.Gone(waiting.ConvertAll(r => r.Id)));
                break;
            case RuleEffect.Drop e:
                Amend(Find(e.RunId), []);
                Find(e.RunId).State = WorldState.Ended;
                break;
            case RuleEffect.Close e: Find(e.RunId).IsClosed = true; break;
            case RuleEffect.Skipped e: Outcome(e.RuleId, e.Event, "skipped: " + e.Reason); break;
            case RuleEffect.IgnoredAsOwn e: foreach (var @event in e.Events) Outcome(e.RuleId, @event, "own"); break;
            case RuleEffect.Arm e: _timers.Add((e.Timer, _elapsed + e.Delay)); break;
            case RuleEffect.Disarm e: _timers.RemoveAll(t => t.Timer == e.Timer); break;
            case RuleEffect.ReadContents or RuleEffect.ReadJournal or RuleEffect.MatchAgain: _reads.Add(effect); break;
            default: break;
        }
        Seen.Add(effect);
    }

    private Rule? Of(string id) => _set.Rules.FirstOrDefault(r => r.Id == id);

    private void Queue(WorldRun run)
    {
        run.State.ShouldBe(WorldState.Waiting, "a run is queued once");
        run.IsHeld.ShouldBeFalse("a run that is held by hand is not queued");
        var beside = Runs.Find(r => r.RuleId == run.RuleId && r.State is WorldState.Queued or WorldState.Running);
        (run.Beside ? null : beside).ShouldBeNull($"{run.RuleId} would run twice at a time");
        run.State = WorldState.Queued;
    }

    private void Cancel(WorldRun run)
    {
        if (run.State == WorldState.Running) run.IsAskedToEnd = true;
        if (run.State is WorldState.Running or WorldState.Ended) return;
        (run.State, run.Status) = (WorldState.Ended, ActionStatus.Cancelled);
        Give(new RuleInput.Gone([run.Id]));
    }

    // What is no longer of the run has come of nothing by it, or was replaced by a later change of the path.
    private void Amend(WorldRun run, IReadOnlyList<DaemonEvent> events)
    {
        foreach (var gone in run.Events.Except(events))
            if (Outcomes.TryGetValue((run.RuleId, gone.Id), out var outcomes)) outcomes.Remove(run.Id);
        foreach (var @event in events.Except(run.Events)) Outcome(run.RuleId, @event, run.Id);
        run.Events = [.. events];
    }
}

internal enum WorldState
{
    Waiting,
    Queued,
    Running,
    Ended,
}

/// <summary>A run as the world around the rules sees it.</summary>
internal sealed class WorldRun(string id, string ruleId, int attempt)
{
    public string Id { get; } = id;
    public string RuleId { get; } = ruleId;
    public int Attempt { get; } = attempt;
    public List<DaemonEvent> Events { get; set; } = [];
    public WorldState State { get; set; }
    public ActionStatus Status { get; set; }
    public bool Beside { get; init; }
    public bool IsHeld { get; set; }
    public bool IsClosed { get; set; }
    public bool IsAskedToEnd { get; set; }
}
