using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Cron.Zones;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Publishes <c>cron.fired</c> when a job is due. One timer for all jobs, armed for the next one but at most 30 s ahead, so
/// that a suspended machine, a stepped clock or a changed zone is noticed; with nothing to wait for it is not armed at all.
/// </summary>
internal sealed class CronSource : IAsyncDisposable
{
    /// <summary>The concern that a job did not run, followed by its id; until its next fire.</summary>
    private const string MissedIssue = "cron.missed.";

    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly EventBus _bus;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ZoneTable _zones;
    private readonly ClockWatch _clock;
    private readonly CronSchedule _schedule;
    private readonly CronPublisher _publisher;
    private readonly Dictionary<string, DateTimeOffset> _published;
    private readonly List<CronFire> _fires = [];
    private readonly List<CronFire> _skipped = [];
    private readonly HashSet<string> _missed = new(StringComparer.Ordinal);
    private readonly IssueReport _report;
    private readonly ITimer _timer;
    private ScheduleOptions _options;
    private bool _running;

    // Handed over and not yet known to be in the journal; where the journal was before the first of them.
    private int _open;
    private long _settled;

    public CronSource(
        ScheduleOptions options, CronMemory memory, EventBus bus, IssueReport report, TimeProvider time, ILogger logger,
        ZoneFiles? zones = null)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _zones = new ZoneTable(zones ?? ZoneFiles.System, report);
        _clock = new ClockWatch(memory.Latest, report, logger);
        _schedule = new CronSchedule(memory);
        _published = new Dictionary<string, DateTimeOffset>(memory.LastFires, StringComparer.Ordinal);
        foreach (var (job, instants) in memory.Later) _published[job] = instants[^1];
        _bus = bus;
        _report = report;
        _settled = memory.Journal;
        _publisher = new CronPublisher(bus, report, time, logger, Published);
        _timer = time.CreateTimer(
            static source => ((CronSource)source!).OnTimer(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>What state.json shows. A last fire is one that the bus has accepted.</summary>
    public CronStatus Status
    {
        get
        {
            lock (_lock)
            {
                var entries = _options.Enabled ? _schedule.Entries.Where(e => e.Job.Enabled).ToList() : [];
                var next = entries.Where(e => e.Next is not null).ToDictionary(e => e.Job.Id, e => e.Next!.Value, StringComparer.Ordinal);
                var known = _options
                    .Jobs.Select(j => j.Id)
                    .Where(_published.ContainsKey)
                    .ToDictionary(id => id, id => _published[id], StringComparer.Ordinal);
                return new CronStatus(
                    _options.Enabled,
                    entries.Count,
                    next,
                    new CronMemory
                    {
                        LastFires = known,
                        FirstSeen = entries.ToDictionary(e => e.Job.Id, e => e.Since, StringComparer.Ordinal),
                        Schedules = entries.ToDictionary(e => e.Job.Id, e => e.Job.Schedule, StringComparer.Ordinal),
                        Journal = Settled,
                        Reached = _schedule.Reached,
                        Fired = entries
                            .Select(e => (e.Job.Id, Spans: Accepted(e)))
                            .Where(e => e.Spans.Count > 0)
                            .ToDictionary(e => e.Id, IReadOnlyList<FiredSpan> (e) => e.Spans, StringComparer.Ordinal),
                    }
                );
            }
        }
    }

    // Every fire up to here is told by the status.
    private long Settled => _open == 0 && _bus.JournalReached is > 0 and var reached ? reached : _settled;

    private IReadOnlyList<CronJob> ActiveJobs => _options.Enabled ? _options.Jobs : [];

    /// <summary>Plans the jobs, catches up if a job asks for it, fires <c>@reboot</c>, and arms the timer.</summary>
    public Task StartAsync(CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _running = true;
            var now = _time.GetUtcNow();
            if (ActiveJobs.Count > 0) _clock.See(now);
            _schedule.Start(ActiveJobs, now, _zones, _fires, _skipped);
            HandOver();
            Arm();
            if (ActiveJobs.Count > 0) _logger.Scheduling(ActiveJobs.Count, _schedule.NextDue);
        }
        return Task.CompletedTask;
    }

    /// <summary>Swaps the jobs as one step; those that stay the same keep their state, what is due already fires first.</summary>
    public void Reload(ScheduleOptions options)
    {
        lock (_lock)
        {
            if (_running) Look();
            _options = options;
            if (!_running) return;
            _zones.Keep(ActiveJobs.Select(j => j.TimeZone));
            _schedule.Take(ActiveJobs, _time.GetUtcNow(), _zones);
            foreach (var gone in _missed.Where(id => !ActiveJobs.Any(job => job.Id == id && job.Enabled)).ToList())
            {
                _missed.Remove(gone);
                _report(MissedIssue + gone, null);
            }
            Arm();
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock) _running = false;
        await _timer.DisposeAsync();
        await _publisher.DisposeAsync();
    }

    // What is due and not yet written is not told to the next daemon as fired; a single last fire is in the other map.
    private List<FiredSpan> Accepted(CronEntry entry)
    {
        if (entry.Fired.All.Count == 0 || !_published.TryGetValue(entry.Job.Id, out var published)) return [];
        var spans = entry.Fired.All.ToList();
        if (published < spans[^1].From) spans.RemoveAt(spans.Count - 1);
        else if (published < spans[^1].To) spans[^1] = spans[^1] with { To = published };
        return spans is [var only] && only == new FiredSpan(published, published) ? [] : spans;
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (!_running) return;
            Look();
            Arm();
        }
    }

    private void Look()
    {
        var now = _time.GetUtcNow();
        if (ActiveJobs.Count > 0) _clock.See(now);
        _zones.Refresh();
        _schedule.Look(now, _zones, _fires, _skipped);
        HandOver();
    }

    private void HandOver()
    {
        foreach (var missed in _skipped)
        {
            _logger.Missed(missed.Job.Id, missed.ScheduledFor);
            _missed.Add(missed.Job.Id);
            _report(
                MissedIssue + missed.Job.Id,
                $"Job {missed.Job.Id} did not run at {missed.ScheduledFor.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}: the daemon was stopped or "
                    + "the machine slept; "
                    + "it is run when it is due next (write catch_up: last to run it at once another time, or run its action now with "
                        + "'aiwg-daemon actions run')"
            );
        }
        _skipped.Clear();
        foreach (var fire in _fires)
        {
            if (_missed.Remove(fire.Job.Id)) _report(MissedIssue + fire.Job.Id, null);
            if (fire.CatchUp) _logger.CatchesUp(fire.Job.Id, fire.ScheduledFor);
            else _logger.Due(fire.Job.Id, fire.ScheduledFor);
        }
        _settled = Settled;
        _open += _fires.Count;
        _publisher.Publish(_fires);
        _fires.Clear();
    }

    private void Arm()
    {
        var sleep = Timeout.InfiniteTimeSpan;
        if (_schedule.NextDue is { } due)
        {
            sleep = due - _time.GetUtcNow();
            if (sleep > LongestSleep) sleep = LongestSleep;
            if (sleep < TimeSpan.Zero) sleep = TimeSpan.Zero;
        }
        _timer.Change(sleep, Timeout.InfiniteTimeSpan);
    }

    private void Published(CronFire fire)
    {
        CrashPoint.At(CrashStep.FireAccepted);
        lock (_lock)
        {
            _published[fire.Job.Id] = fire.ScheduledFor;
            _open--;
        }
    }
}
