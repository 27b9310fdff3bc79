using AiwgDaemon.Bus;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Bus;

/// <summary>No clock, however wrong, removes an event or makes the journal go back.</summary>
public sealed class JournalClockTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string?> _issues = [];
    private readonly List<Guid> _written = [];
    private long _position;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("1970-01-01")]
    [InlineData("2020-02-29")]
    [InlineData("2026-06-01")]
    [InlineData("2026-07-20")]
    [InlineData("2029-01-01")]
    [InlineData("2099-12-31")]
    [InlineData("9999-12-30")]
    public void A_start_with_a_wrong_clock_and_then_with_the_right_one_keeps_every_event_and_the_order(string wrong)
    {
        Life(Now.AddDays(-1));
        Life(Now);
        Life(DateTimeOffset.Parse(wrong + "T00:00:10Z", System.Globalization.CultureInfo.InvariantCulture));
        Life(Now.AddHours(2));
        Life(Now.AddDays(1));
        using var journal = Open(new FakeTimeProvider(Now.AddDays(1)));
        journal.Reader.ReadFrom(journal.Start).Select(e => e.Id).ShouldBe(_written);
    }

    [Fact]
    public void A_clock_that_runs_ahead_behind_and_ahead_again_while_the_daemon_runs_removes_nothing()
    {
        var time = new WallClock { Now = Now };
        using var journal = Open(time);
        journal.End.ShouldBeGreaterThan(0);
        foreach (var jump in new[] { 400, 4000, 12, 90, 8000 })
        {
            time.Now = Now.AddDays(jump);
            Write(journal, time);
        }
        journal.RemoveOld(long.MaxValue);
        journal.Reader.ReadFrom(journal.Start).Select(e => e.Id).ShouldBe(_written);
    }

    [Fact]
    public void Days_pass_by_a_right_clock_and_the_old_ones_go()
    {
        for (var day = 0; day < 12; day++) Life(Now.AddDays(day));
        Directory.GetFiles(_directory.Path).Length.ShouldBe(8);
        _issues.Values.ShouldAllBe(issue => issue == null);
    }

    [Fact]
    public void A_clock_that_is_behind_the_journal_is_an_issue_until_it_is_right()
    {
        Life(Now);
        Life(Now.AddDays(-500));
        _issues["bus.clock"].ShouldNotBeNull().ShouldContain("2026-06-15");
        Life(Now.AddDays(1));
        _issues["bus.clock"].ShouldBeNull();
    }

    // The monotonic clock goes on as it should: somebody has set the other one.
    private sealed class WallClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private void Life(DateTimeOffset at)
    {
        var time = new FakeTimeProvider(at);
        using var journal = Open(time);
        journal.End.ShouldBeGreaterThanOrEqualTo(_position);
        Write(journal, time);
        journal.RemoveOld(long.MaxValue);
    }

    private void Write(EventJournal journal, TimeProvider time)
    {
        var @event = TestEvents.Of(EventSource.Manual, "e", "", "{}", time.GetUtcNow());
        journal.Append([new PublishedEvent(@event, null)], new DaemonEvent[1]);
        @event.JournalPosition.ShouldBeGreaterThan(_position);
        _position = @event.JournalPosition;
        _written.Add(@event.Id);
    }

    private EventJournal Open(TimeProvider time) =>
        new(_directory.Path, new HistoryOptions(), time, (key, message, _) => _issues[key] = message, NullLogger.Instance);
}
