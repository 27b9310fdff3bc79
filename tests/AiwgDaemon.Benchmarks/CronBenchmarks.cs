using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Cron.Zones;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using NCrontab;
using Theirs = Cronos.CronExpression;

namespace AiwgDaemon.Benchmarks;

/// <summary>Cron beside Cronos, NCrontab and Quartz: the same question in each category, ours is the baseline.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class CronBenchmarks
{
    private const string Simple = "* * * * *";
    private const string Complex = "*/10 12-20 1-5,10-15 * MON-FRI";
    private const string Impossible = "0 0 30 2 *";

    private readonly DateTimeOffset _after = new(2026, 11, 22, 9, 17, 31, TimeSpan.Zero);
    private readonly DateTime _utc = new(2026, 11, 22, 9, 17, 31, DateTimeKind.Utc);
    private readonly DateTimeOffset _minute = new(2026, 11, 22, 9, 20, 0, TimeSpan.Zero);
    private readonly DateTime _utcMinute = new(2026, 11, 22, 9, 20, 0, DateTimeKind.Utc);
    private readonly TimeZoneInfo _newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private readonly Zone _ourNewYork = ZoneFiles.System.Read("America/New_York").Zone;

    private readonly CronExpression _simple = Parse(Simple);
    private readonly CronExpression _complex = Parse(Complex);
    private readonly CronExpression _never = Parse(Impossible);
    private readonly Theirs _cronosSimple = Theirs.Parse(Simple);
    private readonly Theirs _cronosComplex = Theirs.Parse(Complex);
    private readonly Theirs _cronosNever = Theirs.Parse(Impossible);
    private readonly CrontabSchedule _ncrontabSimple = CrontabSchedule.Parse(Simple);
    private readonly CrontabSchedule _ncrontabComplex = CrontabSchedule.Parse(Complex);
    private readonly Quartz.CronExpression _quartzSimple = new("0 * * * * ?", TimeZoneInfo.Utc);
    private readonly Quartz.CronExpression _quartzComplex = new("0 0/10 12-20 1-5,10-15 * ?", TimeZoneInfo.Utc);
    private readonly Quartz.CronExpression _quartzNewYork = new(
        "0 0/10 12-20 1-5,10-15 * ?",
        TimeZoneInfo.FindSystemTimeZoneById("America/New_York")
    );

    [Benchmark(Baseline = true), BenchmarkCategory("1 parse simple")]
    public object ParseSimple() => Parse(Simple);

    [Benchmark, BenchmarkCategory("1 parse simple")]
    public object ParseSimpleCronos() => Theirs.Parse(Simple);

    [Benchmark, BenchmarkCategory("1 parse simple")]
    public object ParseSimpleNCrontab() => CrontabSchedule.Parse(Simple);

    [Benchmark(Baseline = true), BenchmarkCategory("2 parse complex")]
    public object ParseComplex() => Parse(Complex);

    [Benchmark, BenchmarkCategory("2 parse complex")]
    public object ParseComplexCronos() => Theirs.Parse(Complex);

    [Benchmark, BenchmarkCategory("2 parse complex")]
    public object ParseComplexNCrontab() => CrontabSchedule.Parse(Complex);

    [Benchmark(Baseline = true), BenchmarkCategory("3 next simple")]
    public DateTimeOffset? NextSimple() => _simple.Next(_after, Zone.Utc);

    [Benchmark, BenchmarkCategory("3 next simple")]
    public DateTimeOffset? NextSimpleCronos() => _cronosSimple.GetNextOccurrence(_after, TimeZoneInfo.Utc);

    [Benchmark, BenchmarkCategory("3 next simple")]
    public DateTime? NextSimpleCronosDateTime() => _cronosSimple.GetNextOccurrence(_utc);

    [Benchmark, BenchmarkCategory("3 next simple")]
    public DateTime NextSimpleNCrontab() => _ncrontabSimple.GetNextOccurrence(_utc);

    [Benchmark, BenchmarkCategory("3 next simple")]
    public DateTimeOffset? NextSimpleQuartz() => _quartzSimple.GetNextValidTimeAfter(_after);

    [Benchmark(Baseline = true), BenchmarkCategory("4 next complex")]
    public DateTimeOffset? NextComplex() => _complex.Next(_after, Zone.Utc);

    [Benchmark, BenchmarkCategory("4 next complex")]
    public DateTimeOffset? NextComplexCronos() => _cronosComplex.GetNextOccurrence(_after, TimeZoneInfo.Utc);

    [Benchmark, BenchmarkCategory("4 next complex")]
    public DateTime? NextComplexCronosDateTime() => _cronosComplex.GetNextOccurrence(_utc);

    [Benchmark, BenchmarkCategory("4 next complex")]
    public DateTime NextComplexNCrontab() => _ncrontabComplex.GetNextOccurrence(_utc);

    [Benchmark, BenchmarkCategory("4 next complex")]
    public DateTimeOffset? NextComplexQuartz() => _quartzComplex.GetNextValidTimeAfter(_after);

    [Benchmark(Baseline = true), BenchmarkCategory("5 next New York")]
    public DateTimeOffset? NextNewYork() => _complex.Next(_after, _ourNewYork);

    [Benchmark, BenchmarkCategory("5 next New York")]
    public DateTimeOffset? NextNewYorkCronos() => _cronosComplex.GetNextOccurrence(_after, _newYork);

    [Benchmark, BenchmarkCategory("5 next New York")]
    public DateTimeOffset? NextNewYorkQuartz() => _quartzNewYork.GetNextValidTimeAfter(_after);

    [Benchmark(Baseline = true), BenchmarkCategory("6 never")]
    public DateTimeOffset? Never() => _never.Next(_after, Zone.Utc);

    [Benchmark, BenchmarkCategory("6 never")]
    public DateTimeOffset? NeverCronos() => _cronosNever.GetNextOccurrence(_after, TimeZoneInfo.Utc);

    [Benchmark(Baseline = true), BenchmarkCategory("7 matches")]
    public bool Matches() => _simple.Matches(_minute, Zone.Utc) && !_complex.Matches(_minute, Zone.Utc);

    [Benchmark, BenchmarkCategory("7 matches")]
    public bool MatchesCronos() =>
        _cronosSimple.GetNextOccurrence(_utcMinute, inclusive: true) == _utcMinute
        && _cronosComplex.GetNextOccurrence(_utcMinute, inclusive: true) != _utcMinute;

    [Benchmark, BenchmarkCategory("7 matches")]
    public bool MatchesNCrontab() =>
        _ncrontabSimple.GetNextOccurrence(_utcMinute.AddTicks(-1)) == _utcMinute
        && _ncrontabComplex.GetNextOccurrence(_utcMinute.AddTicks(-1)) != _utcMinute;

    [Benchmark, BenchmarkCategory("7 matches")]
    public bool MatchesQuartz() => _quartzSimple.IsSatisfiedBy(_minute) && !_quartzComplex.IsSatisfiedBy(_minute);

    private static CronExpression Parse(string text) =>
        CronExpression.TryParse(text, out var cron, out var error) ? cron : throw new FormatException(error);
}
