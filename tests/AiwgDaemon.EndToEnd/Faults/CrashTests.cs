using System.Collections.Concurrent;
using AiwgDaemon.Platform;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>kill -9 at every named step: of start, reload, rotation, writing of each file, delivery and shutdown.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Killed_at_any_named_step_the_next_daemon_loses_and_repeats_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The faults are inflicted with the means of Linux");
        CrashPlace.All.Select(place => place.Step).Distinct().ShouldBe(Enum.GetValues<CrashStep>(), ignoreOrder: true);
        var faults = new ConcurrentBag<string>();
        // Most of the time is waiting for a beat.
        var four = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(CrashPlace.All, four, async (place, _) =>
        {
            using var laboratory = new Laboratory(new Random(Torture.Seed));
            try
            {
                await CrashFault.InflictAsync(laboratory, place);
            }
            catch (Exception e)
            {
                faults.Add($"{place.Variable}: {e.Message}");
            }
        });
        faults.ShouldBeEmpty();
    }
}
