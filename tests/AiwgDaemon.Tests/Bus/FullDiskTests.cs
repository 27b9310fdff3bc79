using System.Collections.Concurrent;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Bus;

/// <summary>A disk that has no space left (ENOSPC, not a stand-in), and has some again.</summary>
public sealed class FullDiskTests
{
    private readonly ConcurrentDictionary<string, string?> _issues = [];

    [Fact]
    public async Task An_event_is_acknowledged_and_delivered_exactly_where_it_is_in_the_journal()
    {
        using var disk = new SmallDisk(kilobytes: 256);
        using var journal = Journal(disk);
        var delivered = new ConcurrentBag<Guid>();
        await using var bus = new EventBus(new BusOptions(), TimeProvider.System, NullLogger.Instance, journal);
        bus.Subscribe("any", new SubscriptionOptions(), (@event, _) =>
        {
            delivered.Add(@event.Id);
            return default;
        });
        bus.Start();

        var ballast = disk.Combine("ballast");
        File.WriteAllBytes(ballast, new byte[32 * 1024]);
        var outcomes = new List<(Guid Id, bool Accepted)>();
        for (var i = 0; i < 10; i++) outcomes.Add(await PublishAsync(bus));
        outcomes.ShouldAllBe(o => o.Accepted);
        // Side by side, so that one flush is for many: a group that does not fit is refused as a whole.
        outcomes.AddRange(await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => PublishAsync(bus)))));
        var accepted = outcomes.Where(o => o.Accepted).Select(o => o.Id).ToHashSet();
        accepted.Count.ShouldBeLessThan(outcomes.Count);
        journal.Reader.ReadFrom(0).Select(e => e.Id).ShouldBe(accepted, ignoreOrder: true);

        disk.Fill();
        (await PublishAsync(bus)).Accepted.ShouldBeFalse();
        _issues["bus.journal"].ShouldNotBeNull();
        disk.Free();
        File.Delete(ballast);
        journal.Reader.ReadFrom(0).Count().ShouldBe(accepted.Count, "what was refused has left nothing behind");
        var last = await PublishAsync(bus, size: 10);
        last.Accepted.ShouldBeTrue();
        _issues["bus.journal"].ShouldBeNull();
        accepted.Add(last.Id);
        await Eventually.Until(() => delivered.Count == accepted.Count, "what was accepted to be delivered");
        delivered.ShouldBe(accepted, ignoreOrder: true);
        journal.Reader.ReadFrom(0).Select(e => e.Id).ShouldBe(accepted, ignoreOrder: true);
    }

    [Fact]
    public void Dead_letters_that_found_no_space_are_written_when_there_is_some()
    {
        using var disk = new SmallDisk(kilobytes: 64);
        var path = disk.Combine("dead-letters.jsonl");
        var letters = new DeadLetters(path, TimeProvider.System, Report, NullLogger.Instance);
        letters.Add(Failed("before"), "router");
        disk.Fill();
        // Larger than what is left of the last page.
        letters.Add(Failed(new string('x', 5000)), "router");
        _issues["bus.dead_letters"].ShouldNotBeNull();
        letters.List().Count.ShouldBe(2, "they are in memory meanwhile");
        Read().ShouldBe(1);
        disk.Free();
        letters.Retry();
        _issues["bus.dead_letters"].ShouldBeNull();
        letters.Add(Failed("after"), "router");
        Read().ShouldBe(3);

        int Read()
        {
            var read = new DeadLetters(path, TimeProvider.System, TestEvents.NoReport, NullLogger.Instance);
            read.Open();
            return read.Count;
        }
    }

    [Fact]
    public void What_the_ledger_could_not_note_is_noted_with_the_next_thing_that_it_can()
    {
        using var disk = new SmallDisk(kilobytes: 64);
        using var journal = Journal(disk);
        var path = disk.Combine(RunStore.FileName);
        using (var ledger = new RunStore(path, journal, TimeProvider.System, Report, NullLogger.Instance))
        {
            ledger.Recover(_ => false);
            disk.Fill();
            ledger.Routed([new RoutedEvent("owed", "r", 1, TestEvents.Manual("a", $"\"{new string('x', 5000)}\""))], 0);
            _issues["bus.ledger"].ShouldNotBeNull();
            disk.Free();
            ledger.Routed([new RoutedEvent("next", "r", 1, TestEvents.Manual("b"))], 0);
            _issues["bus.ledger"].ShouldBeNull();
        }
        using var after = new RunStore(path, journal, TimeProvider.System, Report, NullLogger.Instance);
        after.Recover(_ => false).Owed.Select(owed => owed.ActionId).ShouldBe(["owed", "next"], ignoreOrder: true);
    }

    private EventJournal Journal(SmallDisk disk) => new(disk.Path, new HistoryOptions(), TimeProvider.System, Report, NullLogger.Instance);

    private void Report(string key, string? message, IssueSeverity severity = IssueSeverity.Degraded) => _issues[key] = message;

    private static FailedDelivery Failed(string type) => new(TestEvents.Manual(type), 4, DateTimeOffset.UnixEpoch, new IOException("no"));

    private static async Task<(Guid Id, bool Accepted)> PublishAsync(EventBus bus, int size = 4000)
    {
        var @event = TestEvents.Manual("load", $"\"{new string('x', size)}\"");
        try
        {
            await bus.PublishDurablyAsync(@event, CancellationToken.None);
            return (@event.Id, true);
        }
        catch (IOException)
        {
            return (@event.Id, false);
        }
    }
}
