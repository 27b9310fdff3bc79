using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// The watcher's threads: one for everything local, and one for each remote filesystem with watched paths, for a call on such a filesystem
/// may never return. A thread that hangs is told in health and holds up no other, no start, no reload and no stop.
/// </summary>
#pragma warning disable CA1001 // The semaphore has no handle to dispose of, and a division may still wait for it; StopAsync ends the timer.
internal sealed class WatchPlaces(EventBus bus, IssueReport report, TimeProvider time, ILogger logger, bool portable)
#pragma warning restore CA1001
{
    // What a start or reload waits for a remote filesystem; longer, it goes on being armed while the daemon is ready.
    private static readonly TimeSpan ArmLimit = TimeSpan.FromSeconds(2);

    // One call on a filesystem that answers takes no longer, whatever it is.
    private static readonly TimeSpan HungAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WaitStep = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastLimit = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Lock _checking = new();
    private readonly HashSet<WatchLoop> _hung = [];
    private volatile Place[] _places = [];
    private WatchPlan? _plan;
    private ITimer? _checks;
    private long _published;

    private sealed record Place(string? Home, WatchPlan Plan, WatchLoop Loop, ChangePublisher Publisher, WatchIssues Issues);

    /// <summary>As configured; null if nothing is watched.</summary>
    public WatchStatus? Status =>
        _places is [_, ..] places && _plan is { } plan
            ? MergedStatus.Of(plan, [.. places.Select(p => p.Loop.Status)]) with
            {
                EventsReceived = Interlocked.Read(ref _published) + places.Sum(p => p.Publisher.Published),
            }
            : null;

    /// <summary>Watches what the plan says from now on. What is watched already stays; what comes anew is taken as known.</summary>
    public async Task ApplyAsync(WatchPlan plan, CancellationToken token)
    {
        await _changing.WaitAsync(token);
        try
        {
            _plan = plan;
            await DivideAsync(plan, report: false, token);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends all threads, after what is pending has gone to the bus, as long as it takes events and the filesystems
    /// answer.</summary>
    public async Task StopAsync()
    {
        await _changing.WaitAsync();
        try
        {
            (_plan, var places, _places) = (null, _places, []);
            _checks?.Dispose();
            _checks = null;
            await Task.WhenAll(places.Select(StopAsync));
            report("watch.hung", null);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Looks for threads that hang. Any thread.</summary>
    public void Check()
    {
        lock (_checking)
        {
            var places = _places;
            var hung = new List<Place>();
            foreach (var place in places)
            {
                if (place.Loop.StuckFor() > HungAfter) hung.Add(place);
                else if (_hung.Remove(place.Loop)) place.Loop.Rescan();
            }
            _hung.Clear();
            _hung.UnionWith(hung.Select(p => p.Loop));
            report(
                "watch.hung",
                hung.Count == 0 ? null : string.Join("; ", hung.Select(Complaint)),
                hung.Exists(p => p.Home is null) ? IssueSeverity.Unhealthy : IssueSeverity.Degraded
            );
        }
    }

    private static string Complaint(Place place) =>
        place.Home is null
            ? "File watching stands still: a filesystem does not answer (state D in 'ps' shows who waits for a disk)"
            : $"{string.Join(", ", place.Plan.Written.Select(r => r.Path).Distinct(StringComparer.Ordinal))}: the filesystem that is "
                + $"mounted at {place.Home} does not answer, and changes there are not seen until it does; mend it, or unmount it with: "
                + $"umount -l {place.Home}";

    private async Task DivideAsync(WatchPlan whole, bool report, CancellationToken token)
    {
        var mounts = new MountTable();
        var plans = whole.Split(mounts.Mounts);
        var before = _places;
        var leaving = before.Where(p => !plans.Any(plan => plan.Home == p.Home)).ToList();
        var places = new List<Place>();
        var arming = new List<(Place Place, Task Armed)>();
        foreach (var plan in plans)
        {
            var place = Array.Find(before, p => p.Home == plan.Home);
            if (place is null)
            {
                place = Make(plan, mounts ?? new MountTable());
                mounts = null;
                arming.Add((place, place.Loop.StartAsync(report && plan.Home is not null)));
            }
            // The thread itself has noticed what was mounted.
            else if (!report || !place.Plan.IsLike(plan))
            {
                arming.Add((place, place.Loop.ReloadAsync(plan, report)));
                place = place with { Plan = plan };
            }
            places.Add(place);
        }
        mounts?.Dispose();
        _places = [.. places];
        SetChecks(places.Exists(p => p.Home is not null));
        foreach (var place in leaving) place.Loop.Leave();
        await Task.WhenAll([.. leaving.Select(StopAsync), .. arming.Select(a => ArmAsync(a.Place, a.Armed, token))]);
        // What hung may be gone.
        Check();
    }

    private Place Make(WatchPlan plan, MountTable mounts)
    {
        // Each of the threads has issues of its own.
        void Report(string key, string? message, IssueSeverity severity) =>
            report(plan.Home is null ? key : $"{key} {plan.Home}", message, severity);
        var publisher = new ChangePublisher(bus, time, logger);
        var issues = new WatchIssues(Report, logger);
        return new(
            plan.Home,
            plan,
            new WatchLoop(plan, publisher, issues, Report, time, logger, portable, mounts, () => _ = Task.Run(DivideAnewAsync)),
            publisher,
            issues
        );
    }

    private async Task DivideAnewAsync()
    {
        await _changing.WaitAsync();
        try
        {
            if (_plan is { } plan) await DivideAsync(plan, report: true, CancellationToken.None);
        }
        catch (InvalidOperationException e)
        {
            // A thread that has failed before has said so.
            WatchLog.NotDivided(logger, e.Message);
        }
        finally
        {
            _changing.Release();
        }
    }

    private void SetChecks(bool wanted)
    {
        if (wanted == _checks is not null) return;
        _checks?.Dispose();
        _checks = wanted ? time.CreateTimer(static self => ((WatchPlaces)self!).Check(), this, CheckInterval, CheckInterval) : null;
    }

    // Local trees may be large, and are waited for while the thread gets on.
    private async Task ArmAsync(Place place, Task armed, CancellationToken token)
    {
        await WithinAsync(
            place.Loop,
            armed,
            place.Home is null ? Timeout.InfiniteTimeSpan : ArmLimit,
            place.Home is null ? HungAfter : ArmLimit,
            token
        );
        if (armed.IsCompleted)
            await armed;
        else
            WatchLog.NotArmed(logger, place.Home ?? "a local filesystem");
    }

    private async Task StopAsync(Place place)
    {
        var stopped = place.Loop.StopAsync();
        if (!await WithinAsync(place.Loop, stopped, DrainLimit, LastLimit, CancellationToken.None))
        {
            // The bus stays full, or the filesystem hangs: what is left is told by the publisher, and the loop comes to its end.
            await place.Publisher.CancelAsync();
            await WithinAsync(place.Loop, stopped, LastLimit, LastLimit, CancellationToken.None);
        }
        Interlocked.Add(ref _published, place.Publisher.Published);
        if (stopped.IsCompleted)
        {
            place.Loop.Dispose();
            place.Publisher.Dispose();
        }
        else
        {
            WatchLog.Abandoned(logger, place.Home ?? "a local filesystem");
            place.Loop.Abandon();
        }
        place.Issues.Clear();
    }

    /// <summary>False if the work is not done within the limit, or the thread hangs for longer than <paramref name="stuck"/>.</summary>
    private async Task<bool> WithinAsync(WatchLoop loop, Task work, TimeSpan limit, TimeSpan stuck, CancellationToken token)
    {
        var begin = time.GetTimestamp();
        while (!work.IsCompleted)
        {
            try
            {
                await work.WaitAsync(WaitStep, time, token);
            }
            catch (TimeoutException)
            {
                if (work.IsCompleted) return true;
                if (limit != Timeout.InfiniteTimeSpan && time.GetElapsedTime(begin) > limit) return false;
                lock (_checking)
                    if (loop.StuckFor() > stuck) return false;
            }
        }
        return true;
    }
}
