using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Runs;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Runs;

public sealed class RunStoreTests
{
    private static readonly ProcessIdentity Process = new(4711, 99, "boot");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_journal_that_is_removed_or_cut_while_the_daemon_runs_still_gives_back_what_came_after(bool removed)
    {
        using var directory = new TemporaryDirectory();
        var (before, after) = (TestEvents.Manual("before"), TestEvents.Manual("after"));
        using (var journal = Journal(directory.Path))
        {
            using var ledger = Ledger(directory.Path, journal);
            ledger.Recover(_ => false);
            journal.Append([new PublishedEvent(before, null)], new DaemonEvent[1]);
            ledger.Routed([new RoutedEvent("a0", "r", 1, before)], before.JournalPosition);
            var file = Directory.GetFiles(directory.Path, "????-??-??.jsonl").Single();
            if (removed) File.Delete(file);
            else File.WriteAllBytes(file, []);
            journal.Append([new PublishedEvent(after, null)], new DaemonEvent[1]);
            after.JournalPosition.ShouldBeGreaterThan(before.JournalPosition);
        }
        using (var journal = Journal(directory.Path))
        {
            using var ledger = Ledger(directory.Path, journal);
            ledger.Recover(_ => false).Unrouted.Select(u => u.Event.Id).ShouldBe([after.Id]);
        }
    }

    [Fact]
    public void What_finished_behind_a_checkpoint_that_waits_is_still_known_after_the_ledger_was_written_anew()
    {
        using var directory = new TemporaryDirectory();
        var (first, second) = (TestEvents.Manual("first"), TestEvents.Manual("second"));
        using var journal = Journal(directory.Path);
        using (var ledger = Ledger(directory.Path, journal))
        {
            ledger.Recover(_ => false);
            journal.Append([new PublishedEvent(first, null), new PublishedEvent(second, null)], new DaemonEvent[2]);
            ledger.Routed([new RoutedEvent("a0", "r", 1, first)], position: 0);
            ledger.Started("a0", Process);
            ledger.Finished("a0", "completed");
            File.Delete(directory.Combine("deliveries.jsonl"));
            ledger.Routed([new RoutedEvent("a1", "r", 1, second)], position: 0);
        }
        using var next = Ledger(directory.Path, journal);
        var recovery = next.Recover(_ => false);
        recovery.Owed.Select(a => a.ActionId).ShouldBe(["a1"]);
        recovery.Unrouted.Select(u => (u.Event.Id, u.RoutedTo.Contains("r"))).ShouldBe([(first.Id, true), (second.Id, true)]);

        next.Routed([], second.JournalPosition);
        next.Finished("a1", "completed");
        using var last = Ledger(directory.Path, journal);
        last.Recover(_ => false).Unrouted.ShouldBeEmpty();
    }

    [Fact]
    public void A_ledger_that_is_removed_while_the_daemon_runs_is_written_anew()
    {
        using var directory = new TemporaryDirectory();
        var (first, second) = (TestEvents.Manual("first"), TestEvents.Manual("second"));
        using var journal = Journal(directory.Path);
        using (var ledger = Ledger(directory.Path, journal))
        {
            ledger.Recover(_ => false);
            journal.Append([new PublishedEvent(first, null), new PublishedEvent(second, null)], new DaemonEvent[2]);
            ledger.Routed([new RoutedEvent("a0", "r", 1, first)], first.JournalPosition);
            File.Delete(directory.Combine("deliveries.jsonl"));
            ledger.Routed([new RoutedEvent("a1", "r", 1, second)], second.JournalPosition);
        }
        using var next = Ledger(directory.Path, journal);
        next.Recover(_ => false).Owed.Select(a => a.ActionId).ShouldBe(["a0", "a1"]);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-1")]
    [InlineData("812000000000000000")]
    public void A_damaged_checkpoint_loses_nothing_that_comes_later(string position)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("deliveries.jsonl"), $"{{\"record\":\"checkpoint\",\"position\":{position}}}\n");
        var @event = TestEvents.Manual("later");
        using var journal = Journal(directory.Path);
        using (var ledger = Ledger(directory.Path, journal))
        {
            ledger.Recover(_ => false);
            journal.Append([new PublishedEvent(@event, null)], new DaemonEvent[1]);
        }
        using var next = Ledger(directory.Path, journal);
        next.Recover(_ => false).Unrouted.Select(u => u.Event.Id).ShouldBe([@event.Id]);
    }

    [Fact]
    public void A_ledger_cut_at_any_byte_loses_no_event_and_repeats_no_started_action()
    {
        using var directory = new TemporaryDirectory();
        var events = Enumerable.Range(0, 4).Select(i => TestEvents.Manual($"e{i}")).ToArray();
        using (var journal = Journal(directory.Path))
        {
            using var ledger = Ledger(directory.Path, journal);
            ledger.Recover(_ => false).Unrouted.ShouldBeEmpty();
            journal.Append(events.Select(e => new PublishedEvent(e, null)).ToArray(), new DaemonEvent[4]);
            ledger.Routed(
                [new RoutedEvent("a0", "r", 1, events[0]), new RoutedEvent("a0b", "r2", 1, events[0])],
                events[0].JournalPosition
            );
            ledger.Started("a0", Process);
            ledger.Routed([new RoutedEvent("a1", "r", 1, events[1])], events[1].JournalPosition);
            ledger.Finished("a0", "completed");
            ledger.Routed([], events[2].JournalPosition);
        }
        var path = directory.Combine("deliveries.jsonl");
        var whole = File.ReadAllBytes(path);
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(path, whole[..cut]);
            var lines = System.Text.Encoding.UTF8.GetString(whole, 0, cut).Split('\n')[..^1];
            using var journal = Journal(directory.Path);
            using var ledger = Ledger(directory.Path, journal);
            var recovery = ledger.Recover(_ => false);
            bool Has(string text) => lines.Any(line => line.Contains(text, StringComparison.Ordinal));
            // Each (event, rule) is finished, lost, owed or to be routed: exactly one of them.
            foreach (var (id, rule, e) in new[] { ("a0", "r", 0), ("a0b", "r2", 0), ("a1", "r", 1) })
            {
                var finished = Has($"\"finished\",\"action\":\"{id}\"");
                var lost = recovery.Lost.Count(a => a.ActionId == id);
                var owed = recovery.Owed.Count(a => a.ActionId == id);
                var again = recovery.Unrouted.Count(u => u.Event.Id == events[e].Id && !u.RoutedTo.Contains(rule));
                ((finished ? 1 : 0) + lost + owed + again).ShouldBe(1, $"{id} cut at {cut}");
                if (lost == 1) Has($"\"started\",\"action\":\"{id}\"").ShouldBeTrue();
            }
            recovery.Unrouted.ShouldContain(u => u.Event.Id == events[3].Id && u.Event.Redelivered);
            recovery.Lost.ShouldAllBe(a => a.Process == Process);
            // A second crash right after the recovery changes nothing.
            using var second = Ledger(directory.Path, journal);
            second.Recover(_ => false).Owed.Select(a => a.ActionId).ShouldBe(recovery.Owed.Select(a => a.ActionId));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-40)]
    [InlineData(1)]
    public void A_clock_that_is_set_between_two_daemons_neither_loses_nor_repeats_an_event(int days)
    {
        using var directory = new TemporaryDirectory();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero));
        var (routed, waiting, later) = (TestEvents.Manual("routed"), TestEvents.Manual("waiting"), TestEvents.Manual("later"));
        using (var journal = Journal(directory.Path, time))
        {
            using var ledger = Ledger(directory.Path, journal);
            ledger.Recover(_ => false);
            journal.Append([new PublishedEvent(routed, null), new PublishedEvent(waiting, null)], new DaemonEvent[2]);
            ledger.Routed([new RoutedEvent("a0", "r", 1, routed)], routed.JournalPosition);
            ledger.Finished("a0", "completed");
        }
        time = new FakeTimeProvider(time.GetUtcNow().AddDays(days));
        using (var journal = Journal(directory.Path, time))
        {
            using var ledger = Ledger(directory.Path, journal);
            var recovered = ledger.Recover(_ => false);
            recovered.Unrouted.Select(u => u.Event.Id).ShouldBe([waiting.Id]);
            journal.Append([new PublishedEvent(later, null)], new DaemonEvent[1]);
            ledger.Routed([], recovered.Unrouted.First().Event.JournalPosition);
        }
        using (var journal = Journal(directory.Path, time))
        {
            using var ledger = Ledger(directory.Path, journal);
            ledger.Recover(_ => false).Unrouted.Select(u => u.Event.Id).ShouldBe([later.Id]);
        }
    }

    [Fact]
    public void What_waited_longer_than_events_are_kept_is_delivered_before_its_file_is_removed()
    {
        using var directory = new TemporaryDirectory();
        var waiting = TestEvents.Manual("waiting");
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero));
        using (var journal = Journal(directory.Path, time))
        {
            using var ledger = Ledger(directory.Path, journal);
            ledger.Recover(_ => false);
            journal.Append([new PublishedEvent(waiting, null)], new DaemonEvent[1]);
        }
        time = new FakeTimeProvider(time.GetUtcNow().AddDays(30));
        using (var journal = Journal(directory.Path, time))
        {
            using var ledger = Ledger(directory.Path, journal);
            var recovered = ledger.Recover(_ => false).Unrouted.Single().Event;
            recovered.Id.ShouldBe(waiting.Id);
            ledger.Routed([], recovered.JournalPosition);
            // A clock that says that a month has passed is believed when a week has, for certain.
            for (var day = 0; day < 9; day++)
            {
                var next = TestEvents.Manual("next");
                journal.Append([new PublishedEvent(next, null)], new DaemonEvent[1]);
                ledger.Routed([], next.JournalPosition);
                // As each heartbeat does.
                ledger.Retry();
                time.Advance(TimeSpan.FromDays(1));
                File.Exists(directory.Combine("2026-06-15.jsonl")).ShouldBe(day < 7, $"day {day}");
            }
        }
    }

    [Fact]
    public void An_output_file_tells_of_a_start_that_no_line_tells_of()
    {
        using var directory = new TemporaryDirectory();
        using var journal = Journal(directory.Path);
        var e = TestEvents.Manual("x");
        using (var ledger = Ledger(directory.Path, journal))
        {
            ledger.Recover(_ => false);
            ledger.Routed([new RoutedEvent("started", "r", 1, e), new RoutedEvent("owed", "r", 1, e)], 1);
        }
        using var next = Ledger(directory.Path, journal);
        var recovery = next.Recover(id => id == "started");
        recovery.Lost.Single().ActionId.ShouldBe("started");
        recovery.Lost.Single().Process.ShouldBeNull();
        recovery.Owed.Single().Events.Single().Redelivered.ShouldBeTrue();
    }

    [Fact]
    public void The_file_stays_small_however_many_actions_go_through()
    {
        using var directory = new TemporaryDirectory();
        using var journal = Journal(directory.Path);
        using var ledger = Ledger(directory.Path, journal);
        ledger.Recover(_ => false);
        ledger.Routed([new RoutedEvent("keeps", "r", 1, TestEvents.Manual("x"))], 1);
        for (var i = 0; i < 6000; i++)
        {
            ledger.Routed([new RoutedEvent($"a{i}", "r", 1, TestEvents.Manual("x"))], i + 2);
            ledger.Finished($"a{i}", "completed");
        }
        new FileInfo(directory.Combine("deliveries.jsonl")).Length.ShouldBeLessThan(1100 * 1024);
        using var next = Ledger(directory.Path, journal);
        next.Recover(_ => false).Owed.Single().ActionId.ShouldBe("keeps");
    }

    private static EventJournal Journal(string directory, TimeProvider? time = null) =>
        new(directory, new HistoryOptions(), time ?? TimeProvider.System, TestEvents.NoReport, NullLogger.Instance);

    private static RunStore Ledger(string directory, EventJournal journal) =>
        new(Path.Combine(directory, "deliveries.jsonl"), journal, TimeProvider.System, TestEvents.NoReport, NullLogger.Instance);
}
