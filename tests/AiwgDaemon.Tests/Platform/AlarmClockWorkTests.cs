using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Platform;

/// <summary>Nobody's code but that of the timers runs on the thread of the timers.</summary>
public sealed class AlarmClockWorkTests
{
    [Fact]
    public async Task What_follows_a_delay_or_a_timed_token_runs_elsewhere()
    {
        var (clock, thread) = await Start();
        await Task.Delay(TimeSpan.FromMilliseconds(10), clock);
        Environment.CurrentManagedThreadId.ShouldNotBe(thread);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(10), clock);
        var on = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = limit.Token.Register(() => on.SetResult(Environment.CurrentManagedThreadId));
        (await on.Task.WaitAsync(Eventually.Limit)).ShouldNotBe(thread);
        var never = new TaskCompletionSource();
        await Should.ThrowAsync<TimeoutException>(never.Task.WaitAsync(TimeSpan.FromMilliseconds(10), clock));
        Environment.CurrentManagedThreadId.ShouldNotBe(thread);
    }

    [Fact]
    public async Task A_callback_that_takes_long_is_told_of()
    {
        var slow = new TaskCompletionSource<(TimeSpan, object?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var clock = new AlarmClock(
            observe: (took, owner) =>
            {
                if (took > TimeSpan.FromMilliseconds(5))
                    slow.TrySetResult((took, owner));
            }
        );
        await using var timer = clock.CreateTimer(_ => Thread.Sleep(50), "owner", TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        var (took, owner) = await slow.Task.WaitAsync(Eventually.Limit);
        took.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(40));
        owner.ShouldBe("owner");
    }

    private static async Task<(AlarmClock Clock, int Thread)> Start()
    {
        var clock = new AlarmClock();
        var own = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = clock.CreateTimer(
            _ => own.SetResult(Environment.CurrentManagedThreadId),
            null,
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan
        );
        return (clock, await own.Task.WaitAsync(Eventually.Limit));
    }
}
