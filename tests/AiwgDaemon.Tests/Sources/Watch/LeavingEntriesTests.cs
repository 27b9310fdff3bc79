using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Watches;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>What changed rules ignore is still watched until the burst of changes is over, so that its end is told.</summary>
public sealed class LeavingEntriesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly EntryTable _table = new();
    private readonly Debouncer _debouncer = new();
    private readonly int _directory;
    private readonly int _file;

    public LeavingEntriesTests()
    {
        _directory = _table.Add(EntryTable.Root, "build"u8, EntryFlags.Exists | EntryFlags.Directory);
        _file = _table.Add(_directory, "out.o"u8, EntryFlags.Exists);
    }

    [Fact]
    public void A_burst_is_over_two_seconds_after_the_last_change()
    {
        var leaving = Make();
        leaving.Due.ShouldBe(long.MaxValue);
        leaving.Add(_directory);
        DueIn(leaving).ShouldBe(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        leaving.Touch(_time.GetTimestamp());
        DueIn(leaving).ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_burst_takes_ten_seconds_at_most_whatever_else_changes()
    {
        var leaving = Make();
        leaving.Add(_directory);
        for (var i = 0; i < 9; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            leaving.Touch(_time.GetTimestamp());
        }
        DueIn(leaving).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void The_end_of_one_of_them_prolongs_the_burst()
    {
        var leaving = Make();
        leaving.Add(_directory);
        _time.Advance(TimeSpan.FromSeconds(9));
        leaving.Prolong(_time.GetTimestamp());
        leaving.Touch(_time.GetTimestamp());
        DueIn(leaving).ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_long_debounce_and_hints_that_come_late_give_it_more_time()
    {
        var hinted = Make(hinted: true);
        hinted.Add(_directory);
        DueIn(hinted).ShouldBe(TimeSpan.FromSeconds(5));
        _table[_directory].Flags &= ~EntryFlags.Leaving;
        _debouncer.Quiet = 4 * _time.TimestampFrequency;
        var slow = Make();
        slow.Add(_directory);
        DueIn(slow).ShouldBe(TimeSpan.FromSeconds(8));
    }

    [Fact]
    public void All_below_is_leaving_with_it_and_only_the_topmost_is_listed()
    {
        var leaving = Make();
        leaving.Add(_directory);
        leaving.Add(_file);
        _table.Is(_file, EntryFlags.Leaving).ShouldBeTrue();
        leaving.ToArray().ShouldBe([_directory]);
        leaving.Remove(_directory);
        leaving.Due.ShouldBe(long.MaxValue);
    }

    private TimeSpan DueIn(LeavingEntries leaving) => _time.GetElapsedTime(_time.GetTimestamp(), leaving.Due);

    private LeavingEntries Make(bool hinted = false)
    {
        var issues = new WatchIssues((_, _, _) => { }, NullLogger.Instance);
        var plan = new CurrentPlan(new WatchPlan(new WatchOptions(), "/project"));
        return new LeavingEntries(_table, _debouncer, new PolledDirectories(_table, new Coverage(), plan, issues, false), _time, hinted);
    }
}
