using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// What all rules share while one input is worked on: the time, the effects, and what bounds them together. Not thread-safe.
/// </summary>
/// <param name="newId">Makes the id of a run.</param>
/// <param name="limits">How much is kept.</param>
internal sealed class RuleContext(Func<DateTimeOffset, string> newId, RuleLimits limits)
{
    private readonly Queue<RuleWork> _touched = new();
    private readonly Dictionary<string, PlannedRun> _open = new(StringComparer.Ordinal);
    private RuleEffects _effects = new();

    public Moment Now { get; private set; }

    /// <summary>False: events are let go without a run (<c>automation.disable</c>). What is under way goes on.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Nothing is queued any more.</summary>
    public bool IsStopping { get; set; }

    public RuleSet Set { get; set; } = new() { Rules = [] };

    public RuleLimits Limits { get; } = limits;

    public CooldownTable Cooldowns { get; } = new();

    public Chains Chains { get; } = new();

    public RecentRuns Recent { get; } = new();

    /// <summary>Rules with events that wait in the journal.</summary>
    public List<RuleWork> Deferring { get; } = [];

    /// <summary>Runs that are decided on and have not ended.</summary>
    public int Outstanding => _open.Count;

    public IEnumerable<PlannedRun> OpenRuns => _open.Values;

    public void Begin(Moment now, RuleEffects effects) => (Now, _effects) = (now, effects);

    public string NewId() => newId(Now.Utc);

    public void Open(PlannedRun run) => _open[run.Id] = run;

    /// <summary>A run has ended or is forgotten; null if it was so already, or is none of this daemon's.</summary>
    public PlannedRun? Close(string id) => _open.Remove(id, out var run) ? run : null;

    public PlannedRun? Find(string id) => _open.GetValueOrDefault(id);

    /// <summary>For what becomes of runs: done and noted before everything else.</summary>
    public void OnRuns(RuleEffect effect) => _effects.OnRuns.Add(effect);

    public void Do(RuleEffect effect) => _effects.Then.Add(effect);

    public void Log(Action<ILogger> write) => Do(new RuleEffect.Log(write));

    public void Report(string key, string? message) => Do(new RuleEffect.Report(key, message));

    public void Defer(string ruleId, long from) => _effects.Deferrals.Add(new(ruleId, from));

    public void BeginCooldown(Rule rule) => _effects.Cooldowns = Cooldowns.Note(rule, Now.Utc) ?? _effects.Cooldowns;

    /// <summary>Arms a timer in place of the one before; none while the daemon stops.</summary>
    public void Arm(ref RuleTimer? timer, string ruleId, TimerPurpose purpose, TimeSpan delay, string? runId = null)
    {
        Disarm(ref timer);
        if (IsStopping) return;
        timer = new RuleTimer(ruleId, purpose, runId);
        Do(new RuleEffect.Arm(timer, delay));
    }

    public void Disarm(ref RuleTimer? timer)
    {
        if (timer is not null) Do(new RuleEffect.Disarm(timer));
        timer = null;
    }

    /// <summary>
    /// The rule may have something to do when the input has been worked on: a burst costs what it concerns, however many rules there are.
    /// </summary>
    public void Touch(RuleWork work)
    {
        if (work.IsTouched) return;
        work.IsTouched = true;
        _touched.Enqueue(work);
    }

    public bool TryTakeTouched([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RuleWork? work)
    {
        if (!_touched.TryDequeue(out work)) return false;
        work.IsTouched = false;
        return true;
    }
}
