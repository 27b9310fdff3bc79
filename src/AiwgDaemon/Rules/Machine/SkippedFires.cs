namespace AiwgDaemon.Rules.Machine;

/// <summary>Health says that a job did not run because its run before went on, until it runs again.</summary>
internal sealed class SkippedFires(RuleWork work, RuleContext context)
{
    // The implicit rule of a job is called so, with the job's id behind it.

    private bool _isReported;

    private string Job => work.Rule.Id[Rule.OfJob.Length..];

    private string Issue => "cron.skipped." + Job;

    /// <summary>The fire leads to no run; nothing to say if the rule is no job's.</summary>
    public void Add(DaemonEvent fire)
    {
        if (fire.Source != EventSource.Schedule || !work.Rule.Id.StartsWith(Rule.OfJob, StringComparison.Ordinal)) return;
        _isReported = true;
        context.Report(
            Issue,
            $"Job {Job} did not run at {fire.Timestamp.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}: its run before was still under way; it is run "
                + "when it is due next (make its action quicker or its times rarer, or write overlap: queue to run it behind the other)");
    }

    /// <summary>The job runs, or is no longer there.</summary>
    public void Clear()
    {
        if (!_isReported) return;
        _isReported = false;
        context.Report(Issue, null);
    }
}
