using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Runs;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Bus;

/// <summary>The power goes between any two calls of the journal and the ledger, and of what was not flushed any part is lost.</summary>
[Collection(nameof(DiskTrace))]
public sealed class PowerLossTests : IDisposable
{
    private static readonly ProcessIdentity Process = new(4711, 99, "boot");

    private readonly TemporaryDirectory _directory = new();
    private readonly List<DiskCall> _calls = [];

    // For each event: after how many calls it was acknowledged, and after how many its run was begun.
    private readonly List<(DaemonEvent Event, int Acknowledged, int Begun)> _told = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Whenever_the_power_goes_every_acknowledged_event_is_still_delivered()
    {
        DiskTrace.Observer = call =>
        {
            if (call.Path.StartsWith(_directory.Path, StringComparison.Ordinal)) lock (_calls) _calls.Add(call);
        };
        try
        {
            for (var life = 0; life < 3; life++) Live(life);
        }
        finally
        {
            DiskTrace.Observer = null;
        }
        _calls.Count.ShouldBeGreaterThan(100);
        var disk = new SimulatedDisk();
        for (var cut = 0; cut <= _calls.Count; cut++)
        {
            for (var seed = 0; seed < 5; seed++) LosePowerAt(disk, cut, seed);
            if (cut < _calls.Count) disk.Apply(_calls[cut]);
        }
    }

    private void LosePowerAt(SimulatedDisk disk, int cut, int seed)
    {
        using var after = new TemporaryDirectory();
        disk.LosePower(after.Path, new Random(cut * 31 + seed));
        using var journal = Journal(after.Path);
        using var ledger = Ledger(after.Path, journal);
        var recovery = ledger.Recover(_ => false);
        var delivered = recovery.Owed.SelectMany(owed => owed.Events).Select(e => e.Id)
            .Concat(recovery.Lost.SelectMany(lost => lost.Events).Select(e => e.Id))
            .Concat(recovery.Unrouted.Where(u => !u.RoutedTo.Contains("r")).Select(u => u.Event.Id)).ToList();
        foreach (var (@event, acknowledged, begun) in _told)
        {
            var count = delivered.Count(id => id == @event.Id);
            count.ShouldBeLessThanOrEqualTo(1, $"{@event.Type} twice, cut {cut} seed {seed}");
            if (acknowledged <= cut && cut < begun) count.ShouldBe(1, $"{@event.Type} is lost, cut {cut} seed {seed}");
        }
    }

    // Durable events, some of which run and end, and a ledger that is written anew.
    private void Live(int life)
    {
        using var journal = Journal(_directory.Path);
        using var ledger = Ledger(_directory.Path, journal);
        var recovery = ledger.Recover(_ => false);
        ledger.Routed([.. recovery.Unrouted.Select(u => new RoutedEvent($"again-{u.Event.Id}", "r", 1, u.Event))], journal.End);
        for (var i = 0; i < 12; i++)
        {
            var @event = TestEvents.Manual($"e{life}.{i}");
            journal.Append([new PublishedEvent(@event, new TaskCompletionSource())], new DaemonEvent[1]);
            var acknowledged = _calls.Count;
            ledger.Routed([new RoutedEvent($"a{life}.{i}", "r", 1, @event)], @event.JournalPosition);
            var begun = i % 3 == 0 ? int.MaxValue : _calls.Count;
            if (i % 3 > 0) ledger.Started($"a{life}.{i}", Process);
            if (i % 3 > 1) ledger.Finished($"a{life}.{i}", "completed");
            _told.Add((@event, acknowledged, begun));
            // Somebody removes it: it is written anew, with what is known.
            if (i == 8) File.Delete(Path.Combine(_directory.Path, RunStore.FileName));
        }
    }

    private static EventJournal Journal(string directory) =>
        new(directory, new HistoryOptions(), TimeProvider.System, TestEvents.NoReport, NullLogger.Instance);

    private static RunStore Ledger(string directory, EventJournal journal) =>
        new(Path.Combine(directory, RunStore.FileName), journal, TimeProvider.System, TestEvents.NoReport, NullLogger.Instance);
}
