using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Logging;
using AiwgDaemon.Runs;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// What the parts of a daemon stand on: the log is open, and what the daemon before left has been read. The parts themselves are made of
/// values, and open nothing before <see cref="DaemonLife.StartAsync"/>.
/// </summary>
/// <param name="Health">Keeps what is reported until somebody listens.</param>
/// <param name="Report">Reports to it.</param>
/// <param name="Logging">The log.</param>
/// <param name="Journal">The events of days before; it has not been written to yet.</param>
/// <param name="Before">What state.json of the daemon before says.</param>
/// <param name="Jobs">What the scheduler goes on from.</param>
/// <param name="Origin">What a ledger of this project is known by.</param>
internal sealed record Groundwork(
    Health Health, IssueReport Report, DaemonLogging Logging, EventJournal Journal, DaemonState Before, CronMemory Jobs,
    LedgerOrigin Origin)
{
    /// <summary>Opens and reads. A <see cref="StartException"/> with the cure if the journal or the ledger cannot be read, an
    /// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if the log cannot be opened.</summary>
    /// <param name="paths">The project.</param>
    /// <param name="configuration">For the log and the journal.</param>
    /// <param name="time">The daemon's clock.</param>
    /// <param name="detached">True if nobody reads standard output.</param>
    public static Groundwork Open(ProjectPaths paths, DaemonConfiguration configuration, TimeProvider time, bool detached)
    {
        var health = new Health(time);
        var logging = DaemonLogging.Create(configuration.Log, paths.Log, console: !detached, time, message => Tell(IssueKeys.Log, message));
        try
        {
            var before = LeftWork.ReadState(paths, logging.For("daemon"), Tell);
            var journal = new EventJournal(paths.Events, configuration.History, time, Tell, logging.For("bus"));
            var jobs = LeftWork.ReadMemory(paths, before, journal);
            return new Groundwork(health, Tell, logging, journal, before, jobs, ProjectOrigin.Of(paths));
        }
        catch
        {
            logging.Dispose();
            throw;
        }

        void Tell(string key, string? message, IssueSeverity severity = IssueSeverity.Degraded) =>
            health.Report(key, message, severity == IssueSeverity.Unhealthy);
    }
}
