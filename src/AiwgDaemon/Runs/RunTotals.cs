using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>
/// How runs have ended, by rule and action: counters, a histogram of how long they took, and when the last one succeeded. Kept in
/// state.json, so that they go on over a restart. Bounded: rules beyond <see cref="MostSeries"/> share one line. Not thread-safe.
/// </summary>
internal sealed class RunTotals
{
    /// <summary>Most pairs of rule and action that are told apart.</summary>
    public const int MostSeries = 100;

    /// <summary>Stands for all that are not told apart.</summary>
    public const string Others = "other";

    /// <summary>Upper bounds of the histogram in seconds; the last bucket has none.</summary>
    public static readonly double[] Bounds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400];

    private readonly Dictionary<(string Rule, string Action), Series> _series = [];

    public IReadOnlyList<RunTotalState> State =>
        [
            .. _series
                .OrderBy(s => s.Key.Rule, StringComparer.Ordinal)
                .ThenBy(s => s.Key.Action, StringComparer.Ordinal)
                .Select(s => new RunTotalState(
                    s.Key.Rule,
                    s.Key.Action,
                    new Dictionary<string, long>(s.Value.Outcomes, StringComparer.Ordinal),
                    [.. s.Value.Buckets],
                    Math.Round(s.Value.Seconds, 3),
                    s.Value.LastSuccess
                )),
        ];

    /// <summary>Goes on from what a daemon before counted.</summary>
    public void Restore(IReadOnlyList<RunTotalState> before)
    {
        foreach (var told in before.Take(MostSeries + 1))
        {
            var series = Of(told.Rule, told.Action);
            foreach (var (outcome, count) in told.Outcomes)
                series.Outcomes[outcome] = series.Outcomes.GetValueOrDefault(outcome) + Math.Max(count, 0);
            series.LastSuccess = told.LastSuccess;
            // Of a version with other bounds: the histogram begins anew, as after a reset.
            if (told.Buckets.Count != series.Buckets.Length || told.Buckets.Any(count => count < 0) || !double.IsFinite(told.Seconds))
                continue;
            for (var i = 0; i < series.Buckets.Length; i++)
                series.Buckets[i] += told.Buckets[i];
            series.Seconds += told.Seconds;
        }
    }

    /// <summary>One run has ended.</summary>
    public void Add(ActionRecord record)
    {
        var series = Of(record.RuleId, record.Action ?? record.Type);
        var outcome = ActionEvents.Word(record.Status);
        series.Outcomes[outcome] = series.Outcomes.GetValueOrDefault(outcome) + 1;
        if (record.Status == ActionStatus.Completed) series.LastSuccess = record.CompletedAt;
        if (record is not { StartedAt: { } started, CompletedAt: { } ended }) return;
        // A clock that was set back makes no run shorter than nothing.
        var seconds = Math.Max((ended - started).TotalSeconds, 0);
        series.Seconds += seconds;
        var bucket = Array.FindIndex(Bounds, bound => seconds <= bound);
        series.Buckets[bucket < 0 ? Bounds.Length : bucket]++;
    }

    private Series Of(string rule, string action)
    {
        if (_series.TryGetValue((rule, action), out var series)) return series;
        if (_series.Count >= MostSeries) (rule, action) = (Others, Others);
        return _series.TryGetValue((rule, action), out series) ? series : _series[(rule, action)] = new Series();
    }

    private sealed class Series
    {
        public Dictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);

        public long[] Buckets { get; } = new long[Bounds.Length + 1];

        public double Seconds { get; set; }

        public DateTimeOffset? LastSuccess { get; set; }
    }
}
