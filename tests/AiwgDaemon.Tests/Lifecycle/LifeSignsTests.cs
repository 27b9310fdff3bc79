using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Lifecycle;

/// <summary>A part that hangs is named in health.</summary>
public sealed class LifeSignsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, string?> _issues = [];

    [Fact]
    public void What_works_for_too_long_is_an_issue_until_it_is_done()
    {
        var (journal, rules) = (new SignOfLife(_time), new SignOfLife(_time));
        var signs = new LifeSigns((key, message, _) => _issues[key] = message, journal, rules);
        rules.Begin();
        _time.Advance(LifeSigns.Limit);
        signs.Check();
        _issues.Values.ShouldAllBe(message => message == null);
        _time.Advance(TimeSpan.FromSeconds(1));
        signs.Check();
        _issues[LifeSigns.RulesIssue].ShouldNotBeNull().ShouldContain("more than 30 s");
        _issues[LifeSigns.JournalIssue].ShouldBeNull();
        rules.End();
        signs.Check();
        _issues[LifeSigns.RulesIssue].ShouldBeNull();
    }

    [Fact]
    public async Task A_bus_whose_journal_hangs_shows_no_sign_of_life()
    {
        using var directory = new TemporaryDirectory();
        using var hangs = new ManualResetEventSlim();
        // A journal that cannot be written says so: here for as long as the test wants.
        File.WriteAllText(directory.Combine("events"), "in the way");
        using var journal = new EventJournal(
            directory.Combine("events"), new HistoryOptions(), _time, (_, message, _) => { if (message is not null) hangs.Wait(); },
            NullLogger.Instance);
        await using var bus = new EventBus(new BusOptions(), _time, NullLogger.Instance, journal);
        bus.Start();
        bus.Life.BusyFor.ShouldBe(TimeSpan.Zero);
        bus.TryPublish(TestEvents.Manual("go")).ShouldBeTrue();
        await Eventually.Until(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return bus.Life.BusyFor > LifeSigns.Limit;
            },
            "the bus to hang"
        );
        hangs.Set();
        await Eventually.Until(() => bus.Life.BusyFor == TimeSpan.Zero, "the bus to go on");
    }
}
