using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Platform;

public sealed class AlarmClockTests
{
    [Fact]
    public async Task Timers_fire_in_the_order_they_are_due_on_one_thread()
    {
        var clock = new AlarmClock();
        var fired = new List<(int Number, int Thread)>();
        using var third = clock.CreateTimer(_ => Add(3), null, TimeSpan.FromMilliseconds(60), Timeout.InfiniteTimeSpan);
        using var first = clock.CreateTimer(_ => Add(1), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        using var second = clock.CreateTimer(_ => Add(2), null, TimeSpan.FromMilliseconds(30), Timeout.InfiniteTimeSpan);

        await Eventually.Until(() => Count() == 3, "three timers");

        fired.Select(f => f.Number).ShouldBe([1, 2, 3]);
        fired.Select(f => f.Thread).Distinct().Count().ShouldBe(1);

        void Add(int number)
        {
            lock (fired) fired.Add((number, Environment.CurrentManagedThreadId));
        }

        int Count()
        {
            lock (fired) return fired.Count;
        }
    }

    [Fact]
    public async Task A_timer_that_is_armed_anew_or_disposed_does_not_fire_for_the_old_arming()
    {
        var clock = new AlarmClock();
        var fired = 0;
        var disposed = clock.CreateTimer(
            _ => Interlocked.Add(ref fired, 100),
            null,
            TimeSpan.FromMilliseconds(20),
            Timeout.InfiniteTimeSpan
        );
        using var timer = clock.CreateTimer(
            _ => Interlocked.Increment(ref fired),
            null,
            TimeSpan.FromMilliseconds(20),
            Timeout.InfiniteTimeSpan
        );
        for (var i = 0; i < 1000; i++)
            timer.Change(TimeSpan.FromMilliseconds(30), Timeout.InfiniteTimeSpan);
        await disposed.DisposeAsync();

        var later = new TaskCompletionSource();
        using var marker = clock.CreateTimer(_ => later.SetResult(), null, TimeSpan.FromMilliseconds(200), Timeout.InfiniteTimeSpan);
        await later.Task;

        fired.ShouldBe(1);
    }

    [Fact]
    public async Task A_periodic_timer_goes_on_until_it_is_disposed()
    {
        var clock = new AlarmClock();
        var fired = 0;
        var timer = clock.CreateTimer(_ => Interlocked.Increment(ref fired), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        await Eventually.Until(() => Volatile.Read(ref fired) >= 5, "five periods");
        await timer.DisposeAsync();
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan).ShouldBeFalse();
    }

    [Fact]
    public void A_lent_thread_runs_the_timers_until_the_task_ends()
    {
        var clock = new AlarmClock(ownThread: false);
        var end = new TaskCompletionSource();
        var thread = 0;
        using var timer = clock.CreateTimer(
            _ => thread = Environment.CurrentManagedThreadId,
            null,
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan
        );
        using var last = clock.CreateTimer(_ => end.SetResult(), null, TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan);

        clock.RunUntil(end.Task);

        thread.ShouldBe(Environment.CurrentManagedThreadId);
    }
}
