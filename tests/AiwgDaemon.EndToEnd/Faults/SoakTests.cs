using System.Diagnostics;
using System.Globalization;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>A long time under an everyday load; what scripts/soak.sh runs.</summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const double GrowthLimitKib = 2048;

    [Fact]
    public async Task Under_load_from_all_sources_memory_does_not_grow_and_no_event_is_lost()
    {
        Assert.SkipWhen(Torture.SoakMinutes <= 0, "AIWG_SOAK_MINUTES is not set; scripts/soak.sh sets it");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is measured with the means of Linux");
        var length = TimeSpan.FromMinutes(Torture.SoakMinutes);
        using var soak = new SoakProject();
        (await soak.Project.Run("start")).ShouldExit(0);
        var samples = new SoakSamples(soak.Project.DaemonPid!.Value, soak.Project.Paths.Daemon);
        var watch = Stopwatch.StartNew();
        using var stop = new CancellationTokenSource();
        var load = soak.LoadAsync(stop.Token);
        while (watch.Elapsed < length && !load.IsCompleted)
        {
            samples.Take(watch.Elapsed.TotalSeconds);
            await WriteSamplesAsync(samples);
            await Task.WhenAny(load, Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        }
        await stop.CancelAsync();
        await load;
        // What is still missing after that is in the table.
        for (var rest = Stopwatch.StartNew(); rest.Elapsed < TimeSpan.FromSeconds(30) && soak.Counts().Any(c => c.Lost.Count > 0); )
            await Task.Delay(100, TestContext.Current.CancellationToken);
        (await soak.Project.Run("stop")).ShouldExit(0);
        var report = Report(samples, soak, watch.Elapsed);
        if (Environment.GetEnvironmentVariable("AIWG_SOAK_REPORT") is { Length: > 0 } file)
            await File.WriteAllLinesAsync(file, report, TestContext.Current.CancellationToken);
        output.WriteLine(string.Join('\n', report));

        var counts = soak.Counts();
        counts.SelectMany(c => c.Lost).ShouldBeEmpty();
        counts.SelectMany(c => c.Doubled).ShouldBeEmpty();
        counts
            .Single(c => c.Kind == "cron fires")
            .Delivered.ShouldBeInRange((int)watch.Elapsed.TotalMinutes - 1, (int)watch.Elapsed.TotalMinutes + 1);
        Growth(samples, s => s.Rss).ShouldBeLessThanOrEqualTo(GrowthLimitKib, "KiB of resident memory, from after the warm-up to the end");
        samples.All.Max(s => s.LogFiles).ShouldBeLessThanOrEqualTo(3);
    }

    // A tenth of the time, a minute at least: until every path was taken and every bounded list is full.
    private static double WarmUp(SoakSamples samples) => Math.Max(60, samples.All[^1].Seconds / 10);

    // Medians over a tenth of the time: one sample may fall into a collection, or into a request.
    private static double Growth(SoakSamples samples, Func<SoakSample, double> figure) => Late(samples, figure) - Early(samples, figure);

    private static double Early(SoakSamples samples, Func<SoakSample, double> figure) =>
        samples.Median(WarmUp(samples), WarmUp(samples) + (samples.All[^1].Seconds / 10), figure);

    private static double Late(SoakSamples samples, Func<SoakSample, double> figure) =>
        samples.Median(samples.All[^1].Seconds * 0.9, double.MaxValue, figure);

    private static string[] Report(SoakSamples samples, SoakProject soak, TimeSpan length)
    {
        var warm = WarmUp(samples);
        return
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"{length.TotalMinutes:0.0} minutes, {samples.All.Count} samples; the warm-up is the first {warm / 60:0.0} minutes"
            ),
            "",
            $"{"", -24} {"after warm-up", 13} {"at the end", 11} {"highest", 9} {"an hour", 9}",
            Row("RSS, KiB", s => s.Rss),
            Row("PSS, KiB", s => s.Pss),
            Row("descriptors", s => s.Descriptors),
            Row("threads", s => s.Threads),
            Row("wake-ups a second", s => s.WakeUps),
            "",
            $"{"",-24} {"accepted",13} {"delivered",11} {"lost",9} {"doubled",9}",
            .. soak.Counts().Select(c => $"{c.Kind,-24} {c.Accepted,13} {c.Delivered,11} {c.Lost.Count,9} {c.Doubled.Count,9}"),
            "",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{soak.Reloads} reloads, {soak.Commands} commands, {soak.Followed} events to clients that follow, {soak.Refused} "
                    + $"requests refused as busy, at most {samples.All.Max(s => s.LogFiles)} log files"
            ),
        ];

        string Row(string name, Func<SoakSample, double> figure) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -24} {Early(samples, figure), 13:0.#} {Late(samples, figure), 11:0.#} {samples.All.Max(figure), 9:0.#} "
                    + $"{samples.SlopePerHour(warm, figure), 9:+0.#;-0.#;0}"
            );
    }

    private static async Task WriteSamplesAsync(SoakSamples samples)
    {
        if (Environment.GetEnvironmentVariable("AIWG_SOAK_SAMPLES") is { Length: > 0 } file)
            await File.WriteAllLinesAsync(file, samples.Csv());
    }
}
