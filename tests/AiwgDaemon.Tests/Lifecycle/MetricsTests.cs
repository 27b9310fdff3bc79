using System.Globalization;
using System.Text.RegularExpressions;
using AiwgDaemon.Cli;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

/// <summary>Metrics as a Prometheus server reads them: each line is parsed, and what promtool objects to is looked for.</summary>
public sealed partial class MetricsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_metric_is_one_that_prometheus_takes()
    {
        var totals = new RunTotals();
        totals.Add(Ended("deploy \"now\"\\\n", "a", ActionStatus.Completed, 0.3));
        totals.Add(Ended("deploy \"now\"\\\n", "a", ActionStatus.Failed, 70));
        totals.Add(Ended("job:nightly", "test", ActionStatus.Completed, 20_000));
        totals.Add(Ended("job:nightly", "test", ActionStatus.Cancelled, null));
        var samples = Read(
            StateDefaults.Empty with
            {
                Runs = new RunsState
                {
                    Waiting = new Dictionary<string, int> { ["slot"] = 3, ["pause"] = 1 },
                    Totals = totals.State,
                },
            },
            ("project", "/srv/a b")
        );
        samples["runs_total"]["project=/srv/a b,rule=deploy \"now\"\\\n,action=a,outcome=completed"].ShouldBe(1);
        samples["runs_total"]["project=/srv/a b,rule=deploy \"now\"\\\n,action=a,outcome=failed"].ShouldBe(1);
        samples["runs_total"]["project=/srv/a b,rule=job:nightly,action=test,outcome=cancelled"].ShouldBe(1);
        samples["runs_waiting"]["project=/srv/a b,reason=slot"].ShouldBe(3);
        samples["job_last_success_timestamp_seconds"]["project=/srv/a b,job=nightly"].ShouldBe(Noon.ToUnixTimeSeconds());
        samples["run_duration_seconds_bucket"]["project=/srv/a b,rule=deploy \"now\"\\\n,action=a,le=0.5"].ShouldBe(1);
        samples["run_duration_seconds_bucket"]["project=/srv/a b,rule=deploy \"now\"\\\n,action=a,le=300"].ShouldBe(2);
        samples["run_duration_seconds_count"]
            ["project=/srv/a b,rule=job:nightly,action=test"]
            .ShouldBe(1, "a run that was never started took no time");
        samples["run_duration_seconds_sum"]["project=/srv/a b,rule=job:nightly,action=test"].ShouldBe(20_000);
    }

    [Fact]
    public void However_many_rules_there_are_the_series_are_bounded()
    {
        var totals = new RunTotals();
        for (var i = 0; i < 5000; i++) totals.Add(Ended($"rule-{i}", "a", ActionStatus.Completed, 1));
        totals.State.Count.ShouldBe(RunTotals.MostSeries + 1);
        totals.State.Sum(t => t.Outcomes["completed"]).ShouldBe(5000, "none is left out of the count");
    }

    [Fact]
    public void Counters_go_on_over_a_restart_and_odd_ones_begin_anew()
    {
        var before = new RunTotals();
        before.Add(Ended("r", "a", ActionStatus.Completed, 2));
        var after = new RunTotals();
        after.Restore(before.State);
        after.Add(Ended("r", "a", ActionStatus.Completed, 2));
        after
            .State.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                t => t.Outcomes["completed"].ShouldBe(2),
                t => t.Buckets.Sum().ShouldBe(2),
                t => t.Seconds.ShouldBe(4),
                t => t.LastSuccess.ShouldBe(Noon)
            );
        var odd = new RunTotals();
        odd.Restore([before.State[0] with { Buckets = [1, 2], Outcomes = new Dictionary<string, long> { ["completed"] = -5 } }]);
        odd.State[0].Buckets.ShouldAllBe(count => count == 0);
        odd.State[0].Outcomes["completed"].ShouldBe(0);
    }

    [Fact]
    public void A_stopped_daemon_has_metrics_from_its_files()
    {
        using var directory = new TemporaryDirectory();
        var paths = new ProjectPaths(directory.Path);
        Directory.CreateDirectory(paths.Daemon);
        Run(paths).ShouldContain($"aiwg_daemon_up{{project=\"{directory.Path}\"}} 0\n", customMessage: "where none has run");
        var totals = new RunTotals();
        totals.Add(Ended("job:nightly", "test", ActionStatus.Completed, 1));
        new StateStore(paths.State).Write(
            StateDefaults.Empty with
            {
                Pid = 1,
                Running = false,
                Runs = new RunsState { Totals = totals.State },
            },
            flush: false
        );
        var text = Run(paths);
        text.ShouldContain($"aiwg_daemon_up{{project=\"{directory.Path}\"}} 0\n");
        text.ShouldContain(
            $"aiwg_daemon_runs_total{{project=\"{directory.Path}\",rule=\"job:nightly\",action=\"test\",outcome=\"completed\"}} 1\n"
        );
        text.ShouldContain(
            $"aiwg_daemon_job_last_success_timestamp_seconds{{project=\"{directory.Path}\",job=\"nightly\"}} {Noon.ToUnixTimeSeconds()}\n"
        );
    }

    private static string Run(ProjectPaths paths)
    {
        using var output = new StringWriter { NewLine = "\n" };
        CommandLine.Run(["status", "--prometheus", "--project", paths.Project], output, output).ShouldBe(0);
        return output.ToString();
    }

    private static ActionRecord Ended(string rule, string action, ActionStatus status, double? seconds) =>
        new()
        {
            Id = "x",
            RuleId = rule,
            EventId = Guid.Empty,
            Type = "exec",
            Command = "x",
            Status = status,
            Attempt = 1,
            Action = action,
            QueuedAt = Noon,
            StartedAt = seconds is { } took ? Noon.AddSeconds(-took) : null,
            CompletedAt = Noon,
        };

    /// <summary>Parses the text format 0.0.4, and asserts what the format and the conventions for names ask for.</summary>
    private static Dictionary<string, Dictionary<string, double>> Read(DaemonState state, params (string, string)[] constant)
    {
        using var text = new StringWriter();
        Metrics.Write(new PrometheusText(text, constant), state, isUp: true);
        text.ToString().ShouldEndWith("\n");
        var (types, samples) = (new Dictionary<string, string>(), new Dictionary<string, Dictionary<string, double>>());
        var helped = "";
        foreach (var line in text.ToString().Split('\n')[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal)) helped = line.Split(' ')[2];
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var (name, type) = (line.Split(' ')[2], line.Split(' ')[3]);
                name.ShouldBe(helped, "HELP stands before TYPE");
                types.TryAdd(name, type).ShouldBeTrue($"{name} is there twice");
                name.ShouldMatch("^aiwg_daemon_[a-z]+(_[a-z]+)*$");
                name.EndsWith("_total", StringComparison.Ordinal).ShouldBe(type == "counter", name);
                name.ShouldNotMatch("_(ms|milliseconds|minutes|kb|mb)(_|$)");
            }
            else
            {
                var match = SampleLine().Match(line);
                match.Success.ShouldBeTrue(line);
                var family = FamilySuffix().Replace(match.Groups["name"].Value, "");
                (types.ContainsKey(match.Groups["name"].Value) || types.GetValueOrDefault(family) == "histogram").ShouldBeTrue(
                    $"{line} has no TYPE"
                );
                (match.Groups["name"].Value == helped || family == helped).ShouldBeTrue($"{line} does not stand with its family");
                var labels = string.Join(
                    ',',
                    Label().Matches(match.Groups["labels"].Value).Select(l => $"{l.Groups[1].Value}={Unescape(l.Groups[2].Value)}")
                );
                var ofName = samples.TryGetValue(match.Groups["name"].Value["aiwg_daemon_".Length..], out var known)
                    ? known
                    : samples[match.Groups["name"].Value["aiwg_daemon_".Length..]] = [];
                ofName
                    .TryAdd(
                        labels,
                        match.Groups["value"].Value == "+Inf"
                            ? double.PositiveInfinity
                            : double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)
                    )
                    .ShouldBeTrue($"{line} is there twice");
            }
        }
        foreach (var (labels, count) in samples.GetValueOrDefault("run_duration_seconds_count", []))
        {
            var buckets = samples["run_duration_seconds_bucket"]
                .Where(b => b.Key.StartsWith(labels + ",le=", StringComparison.Ordinal))
                .Select(b => b.Value)
                .ToList();
            buckets.ToArray().ShouldBe(buckets.Order().ToArray(), customMessage: "buckets are cumulative");
            samples["run_duration_seconds_bucket"][labels + ",le=+Inf"].ShouldBe(count);
        }
        return samples;
    }

    private static string Unescape(string value) => EscapedCharacter().Replace(value, m => m.Value == "\\n" ? "\n" : m.Value[1..]);

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\\\|\\"|\\n)*",?)+)\})? (?<value>-?[0-9.eE+-]+|\+Inf|NaN)$"""
    )]
    private static partial Regex SampleLine();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)" ?""")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex FamilySuffix();

    [GeneratedRegex(@"\\.")]
    private static partial Regex EscapedCharacter();
}
