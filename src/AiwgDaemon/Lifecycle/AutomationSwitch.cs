using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.Runs;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// Pauses and disables: first on the disk, then in the parts, and health says it. A pause that ends at a time ends by itself, also over a
/// restart.
/// Thread-safe.
/// </summary>
internal sealed class AutomationSwitch(
    Automation automation,
    RuleEngine rules,
    RunDispatcher runs,
    IssueReport report,
    TimeProvider time,
    ILogger logger
) : IDisposable
{
    private const string PauseIssue = "automation.paused";
    private const string DisabledIssue = "automation.disabled";

    // A clock that is set moves the end of a pause by no more than this.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private ITimer? _end;

    public AutomationState State => automation.State;

    /// <summary>Takes up what the daemon before left; before the rules start.</summary>
    public void Open()
    {
        automation.Open();
        if (automation.State == AutomationState.On) return;
        Apply();
        foreach (var rule in automation.State.DisabledRules) rules.SetEnabled(rule, enabled: false);
        if (IsOver(automation.State)) Resume();
    }

    public void Pause(TimeSpan? length)
    {
        var until = length is { } span ? time.GetUtcNow() + span : (DateTimeOffset?)null;
        automation.Change(state => state with { IsPaused = true, PausedUntil = until });
        logger.AutomationPaused(until is { } end ? $"until {end.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "until it is resumed");
        Apply();
    }

    /// <summary>False if it was not paused.</summary>
    public bool Resume()
    {
        if (!automation.State.IsPaused) return false;
        automation.Change(static state => state with { IsPaused = false, PausedUntil = null });
        logger.AutomationResumed();
        Apply();
        return true;
    }

    public void Enable(bool enabled)
    {
        if (automation.State.IsDisabled == !enabled) return;
        automation.Change(state => state with { IsDisabled = !enabled });
        Apply();
    }

    /// <summary>False if there is no such rule.</summary>
    public bool Enable(string rule, bool enabled)
    {
        if (rules.Status.All(r => r.Id != rule) && !automation.State.DisabledRules.Contains(rule)) return false;
        automation.Change(state => state with
        {
            DisabledRules = enabled ? [.. state.DisabledRules.Where(r => r != rule)] : [.. state.DisabledRules.Append(rule).Distinct()],
        });
        rules.SetEnabled(rule, enabled);
        Apply();
        return true;
    }

    /// <summary>A reload has begun with new rules: those of them that are disabled stay so, and what is gone is forgotten.</summary>
    public void Reloaded()
    {
        foreach (var rule in automation.State.DisabledRules) rules.SetEnabled(rule, enabled: false);
    }

    public void Dispose()
    {
        lock (_gate) _end?.Dispose();
    }

    private void Apply()
    {
        var state = automation.State;
        rules.Enabled = !state.IsDisabled;
        runs.ByHand.Pause(state.IsPaused, state.PausedUntil);
        report(
            PauseIssue,
            !state.IsPaused ? null
                : state.PausedUntil is { } until
                    ? $"Automation is paused until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: no run starts, and nothing is lost; "
                        + "'aiwg-daemon resume' ends the pause"
                : "Automation is paused: no run starts, and nothing is lost; 'aiwg-daemon resume' ends the pause"
        );
        report(
            DisabledIssue,
            state.IsDisabled ? "Automation is disabled by a client: events lead to no run (socket method automation.enable)"
                : state.DisabledRules.Count > 0
                    ? $"Disabled by a client: {string.Join(", ", state.DisabledRules)}; their events lead to no run (socket method "
                        + "automation.enable)"
                : null
        );
        lock (_gate)
        {
            _end?.Dispose();
            _end = null;
            if (state is not { IsPaused: true, PausedUntil: { } end }) return;
            var wait = end - time.GetUtcNow();
            _end = time.CreateTimer(
                _ => ThreadPool.UnsafeQueueUserWorkItem(static self => self.Look(), this, preferLocal: false),
                null,
                wait < TimeSpan.Zero ? TimeSpan.Zero
                    : wait < LongestWait ? wait + TimeSpan.FromMilliseconds(1)
                    : LongestWait,
                Timeout.InfiniteTimeSpan
            );
        }
    }

    private void Look()
    {
        try
        {
            if (IsOver(automation.State)) Resume();
            else Apply();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk refuses: what is over is over, and the next start finds the end in the past.
            report(PauseIssue, $"The end of the pause cannot be written: {e.Message}; runs start again all the same");
            runs.ByHand.Pause(paused: false, null);
        }
    }

    private bool IsOver(AutomationState state) => state is { IsPaused: true, PausedUntil: { } until } && until <= time.GetUtcNow();
}
