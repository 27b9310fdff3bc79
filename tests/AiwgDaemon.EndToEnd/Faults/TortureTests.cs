using System.Diagnostics;
using System.Globalization;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>All faults again and again for AIWG_TORTURE_MINUTES; what scripts/torture.sh runs.</summary>
public sealed class TortureTests(ITestOutputHelper output)
{
    [Fact]
    public async Task No_invariant_is_violated_however_often_the_faults_are_repeated()
    {
        Assert.SkipWhen(Torture.Minutes <= 0, "AIWG_TORTURE_MINUTES is not set; scripts/torture.sh sets it");
        var random = new Random(Torture.Seed);
        var results = FaultCatalogue.All.ToDictionary(
            f => f.Name,
            f => (Times: 0, Violations: new List<string>(), Skipped: f.Unavailable?.Invoke())
        );
        var watch = Stopwatch.StartNew();
        do
        {
            foreach (var fault in FaultCatalogue.All.OrderBy(_ => random.Next()).Where(f => results[f.Name].Skipped is null))
            {
                if (watch.Elapsed.TotalMinutes >= Torture.Minutes && results[fault.Name].Times > 0) continue;
                var result = results[fault.Name];
                // A seed of its own, so that one fault can be repeated without those before it.
                var seed = random.Next();
                try
                {
                    using var laboratory = new Laboratory(new Random(seed));
                    await fault.Inflict(laboratory);
                }
                catch (Exception e)
                {
                    result.Violations.Add($"seed {seed}: {e.Message}");
                }
                results[fault.Name] = (result.Times + 1, result.Violations, null);
            }
        } while (watch.Elapsed.TotalMinutes < Torture.Minutes);
        var table = results.Select(r =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{r.Key, -62} {r.Value.Times, 5} {r.Value.Violations.Count, 10} "
                    + $"{(r.Value.Skipped is null ? "" : "  skipped: " + r.Value.Skipped)}"
            )
        );
        string[] report =
        [
            $"{"fault", -62} {"times", 5} {"violations", 10}",
            .. table,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{results.Values.Sum(r => r.Times)} faults in {watch.Elapsed.TotalMinutes:0.0} minutes, seed {Torture.Seed}"
            ),
            .. results.SelectMany(r => r.Value.Violations.Select(v => $"\n{r.Key}, {v}")),
        ];
        if (Environment.GetEnvironmentVariable("AIWG_TORTURE_REPORT") is { Length: > 0 } file)
            await File.WriteAllLinesAsync(file, report, TestContext.Current.CancellationToken);
        output.WriteLine(string.Join('\n', report));
        results.Values.Sum(r => r.Violations.Count).ShouldBe(0, string.Join('\n', report));
    }
}
