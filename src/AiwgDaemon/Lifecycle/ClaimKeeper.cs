using AiwgDaemon.Bus;

namespace AiwgDaemon.Lifecycle;

/// <summary>Looks at each beat whether the project is still ours, and mends what somebody did to our directory, lock and pid
/// file.</summary>
internal sealed class ClaimKeeper(ProjectClaim claim, IssueReport report, Action<string> stop)
{
    /// <summary>The project is not ours any more and never will be: nothing of this daemon is written by its names.</summary>
    public bool IsLost => claim.IsLost;

    /// <summary>Where the last state belongs: in the project, wherever it was moved to; null if it is another daemon's or gone.</summary>
    public string? FinalStatePath => IsLost ? claim.MovedTo?.State : null;

    /// <summary>Says to readers whether state.json could be written.</summary>
    public void SayStateIsStale(bool stale) => claim.SayStateIsStale(stale);

    /// <summary>True if the project is ours; if another daemon has taken it or it is gone, this one is asked to stop.</summary>
    public bool Keep()
    {
        var ours = KeepLock();
        // The name is another's now, or nobody's: that has been said once.
        if (IsLost) return false;
        try
        {
            claim.RestorePidFile();
            report(IssueKeys.PidFile, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report(IssueKeys.PidFile, $"The pid file cannot be written: {e.Message}");
        }
        return ours;
    }

    private bool KeepLock()
    {
        string? problem;
        string? lost = null;
        try
        {
            problem = claim.Restore(out lost);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"The daemon's own directory cannot be mended: {e.Message}";
        }
        report(IssueKeys.Lock, problem, IssueSeverity.Unhealthy);
        if (lost is not null) stop(lost);
        return problem is null;
    }
}
