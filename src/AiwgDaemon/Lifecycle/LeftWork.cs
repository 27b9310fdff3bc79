using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Lifecycle;

/// <summary>What an earlier daemon left to do, in files that have to be readable for a start.</summary>
internal static class LeftWork
{
    /// <summary>What <paramref name="read"/> gives; a <see cref="StartException"/> with the cure if a file cannot be read.</summary>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"What the last daemon left to do cannot be read: {e.Message}; mend the file, or move it away, and what the journal has "
                    + "is delivered again from its beginning",
                StartFailure.Other,
                e
            );
        }
    }

    /// <summary>state.json of the daemon before; what is damaged is set aside, and health says so.</summary>
    public static DaemonState ReadState(ProjectPaths paths, ILogger log, IssueReport report)
    {
        if (StateStore.TryRead(paths.State, out var before, out var error) || error is null) return before;
        log.StateUnreadable(error);
        var kept = SecureFile.SetAsideDamaged(paths.State);
        report(IssueKeys.StateDamaged, $"The state of the daemon before is lost: {error}; {kept}");
        return before;
    }

    /// <summary>What jobs did. A copy has missed nothing: what the original's jobs did, and did not, is the original's.</summary>
    public static CronMemory ReadMemory(ProjectPaths paths, DaemonState before, EventJournal journal) =>
        Read(() => ProjectOrigin.IsCopy(paths) ? new CronMemory() : SchedulerMemory.Read(before, journal));
}
