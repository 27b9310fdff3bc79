using AiwgDaemon.Bus;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Bus;

public sealed class EventBusTests
{
    [Fact]
    public async Task A_failing_and_a_stalled_subscriber_hold_up_nobody_and_memory_stays_bounded()
    {
        const int count = 100_000;
        using var directory = new TemporaryDirectory();
        var letters = new DeadLetters(directory.Combine("dead-letters.jsonl"), TimeProvider.System, TestEvents.NoReport, NullLogger.Instance);
        await using var bus = new EventBus(new BusOptions(), TimeProvider.System, NullLogger.Instance, null, letters);
        var received = new List<Guid>(count);
        var stall = new TaskCompletionSource();
        long missed = 0;
        bus.Subscribe("healthy", new SubscriptionOptions(), (e, _) => { received.Add(e.Id); return default; });
        bus.Subscribe("failing", new SubscriptionOptions(), (_, _) => throw new InvalidOperationException("always"));
        bus.Subscribe("stalled", new SubscriptionOptions { Overflow = Overflow.DropCounted, Missed = n => missed += n }, async (_, token) =>
            await stall.Task.WaitAsync(token)
        );
        bus.Start();
        var events = Enumerable.Range(0, count).Select(i => TestEvents.Manual("load", $"{i}")).ToArray();
        foreach (var e in events) await bus.PublishAsync(e, CancellationToken.None);
        await Eventually.Until(() => received.Count == count, "all events at the healthy subscriber");
        received.ShouldBe(events.Select(e => e.Id));
        await Eventually.Until(() => letters.Count == DeadLetters.MaxCount, "the dead letters to be full");
        new FileInfo(directory.Combine("dead-letters.jsonl")).Length.ShouldBeLessThan(2 * 1024 * 1024);
        stall.SetResult();
        await Eventually.Until(() => Volatile.Read(ref missed) > 0, "the stalled subscriber to be told what it missed");
        missed.ShouldBeLessThan(count);
    }

    [Fact]
    public async Task A_failed_delivery_is_tried_again_after_1_2_and_4_seconds_and_then_buried()
    {
        using var directory = new TemporaryDirectory();
        var time = new FakeTimeProvider();
        var letters = new DeadLetters(directory.Combine("dead-letters.jsonl"), time, TestEvents.NoReport, NullLogger.Instance);
        await using var bus = new EventBus(new BusOptions(), time, NullLogger.Instance, null, letters);
        var (attempts, later) = (0, 0);
        bus.Subscribe("picky", new SubscriptionOptions(), (e, _) =>
        {
            if (e.Type == "good") later++;
            else if (Interlocked.Increment(ref attempts) > 0) throw new InvalidOperationException("no");
            return default;
        });
        bus.Start();
        var bad = TestEvents.Manual("bad");
        bus.TryPublish(bad).ShouldBeTrue();
        bus.TryPublish(TestEvents.Manual("good")).ShouldBeTrue();
        await Eventually.Until(() => attempts == 1 && later == 1, "the later event to overtake the failed one");
        foreach (var seconds in new[] { 1, 2, 4 })
        {
            var before = attempts;
            time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            attempts.ShouldBe(before);
            // The jitter is a fifth at most.
            time.Advance(TimeSpan.FromSeconds(seconds * 0.2) + TimeSpan.FromMilliseconds(10));
            await Eventually.Until(() => attempts == before + 1, $"the attempt after {seconds} s");
            await Eventually.Until(() => bus.Status.Retried == before, "the retry to be counted");
        }
        await Eventually.Until(() => letters.Count == 1, "the dead letter");
        var letter = letters.List()[0];
        (letter.Event.Id, letter.Handler, letter.Attempts, letter.Error).ShouldBe((bad.Id, "picky", 4, "no"));
        letter.LastAt.ShouldBeGreaterThan(letter.FirstAt);
    }

    [Fact]
    public async Task A_dead_letter_can_be_delivered_again()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("dead-letters.jsonl");
        var fail = new FailedDelivery(TestEvents.Manual("bad", """{"a":1}"""), 4, DateTimeOffset.UnixEpoch, new IOException("no"));
        new DeadLetters(path, TimeProvider.System, TestEvents.NoReport, NullLogger.Instance).Add(fail, "late");
        var letters = new DeadLetters(path, TimeProvider.System, TestEvents.NoReport, NullLogger.Instance);
        letters.Open();
        letters.Find(fail.Event.Id.ToString()[..8])!.Handler.ShouldBe("late");
        await using var bus = new EventBus(new BusOptions(), TimeProvider.System, NullLogger.Instance);
        letters.Retry(bus, letters.List()).ShouldBe(0);
        var got = new TaskCompletionSource<Guid>();
        bus.Subscribe("late", new SubscriptionOptions(), (e, _) => { got.SetResult(e.Id); return default; });
        letters.Retry(bus, letters.List()).ShouldBe(1);
        (await got.Task.WaitAsync(Eventually.Limit)).ShouldBe(fail.Event.Id);
        letters.Count.ShouldBe(0);
        File.ReadAllText(path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Completion_delivers_what_was_accepted_and_refuses_the_rest()
    {
        await using var bus = new EventBus(new BusOptions(64), TimeProvider.System, NullLogger.Instance);
        var received = 0;
        bus.Subscribe("slow", new SubscriptionOptions { Capacity = 4 }, async (_, _) => { await Task.Yield(); received++; });
        bus.Start();
        for (var i = 0; i < 1000; i++) await bus.PublishAsync(TestEvents.Manual("x"), CancellationToken.None);
        await bus.CompleteAsync(CancellationToken.None).WaitAsync(Eventually.Limit);
        received.ShouldBe(1000);
        bus.Status.Delivered.ShouldBe(1000);
        bus.TryPublish(TestEvents.Manual("x")).ShouldBeFalse();
        await Should.ThrowAsync<InvalidOperationException>(async () => await bus.PublishAsync(TestEvents.Manual("x"), CancellationToken.None));
    }

    [Fact]
    public async Task Publishers_wait_while_the_bus_is_full()
    {
        await using var bus = new EventBus(new BusOptions(2), TimeProvider.System, NullLogger.Instance);
        bus.TryPublish(TestEvents.Manual("1")).ShouldBeTrue();
        bus.TryPublish(TestEvents.Manual("2")).ShouldBeTrue();
        bus.TryPublish(TestEvents.Manual("3")).ShouldBeFalse();
        var waiting = bus.PublishAsync(TestEvents.Manual("3"), CancellationToken.None).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        bus.Start();
        await waiting.WaitAsync(Eventually.Limit);
    }

    [Fact]
    public void A_queue_that_dropped_tells_exactly_where_the_gap_is()
    {
        var queue = new EventQueue(4, dropWhenFull: true);
        var events = Enumerable.Range(0, 10).Select(i => TestEvents.Manual($"{i}")).ToArray();
        queue.Enqueue(events.AsSpan(0, 6)).ShouldBe(6);
        queue.Enqueue(events.AsSpan(6, 1));
        DaemonEvent?[] buffer = [];
        queue.Take(ref buffer, out var missed).ShouldBe(4);
        missed.ShouldBe(3);
        queue.Enqueue(events.AsSpan(7, 3));
        queue.Take(ref buffer, out missed).ShouldBe(3);
        (missed, buffer[0]).ShouldBe((0L, events[7]));
    }

    [Fact]
    public void The_history_keeps_the_newest_and_filters()
    {
        var history = new EventHistory(3);
        foreach (var type in new[] { "a.1", "b.1", "a.2", "a.3" }) history.Add(TestEvents.Manual(type));
        history.Last(10).Select(e => e.Type).ShouldBe(["b.1", "a.2", "a.3"]);
        history.Last(10, type: "a.*").Select(e => e.Type).ShouldBe(["a.2", "a.3"]);
        history.Last(1, EventSource.Manual).Single().Type.ShouldBe("a.3");
        history.Last(10, EventSource.Watch).ShouldBeEmpty();
    }
}
