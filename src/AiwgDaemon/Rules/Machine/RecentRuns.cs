namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// When which rules ran lately, to see whether a change may be the doing of a run. Keeps the newest 256 runs. Pure; not thread-safe.
/// </summary>
internal sealed class RecentRuns
{
    private const int Most = 256;

    private readonly List<(string ActionId, string RuleId, DateTimeOffset Start, DateTimeOffset? End)> _runs = [];

    public void Begin(string actionId, string ruleId, DateTimeOffset now)
    {
        if (_runs.Count == Most) _runs.RemoveAt(0);
        _runs.Add((actionId, ruleId, now, null));
    }

    public void End(string actionId, DateTimeOffset now)
    {
        var index = _runs.FindLastIndex(run => run.ActionId == actionId);
        if (index >= 0) _runs[index] = _runs[index] with { End = now };
    }

    /// <summary>Whether the rule ran at that time.</summary>
    public bool Any(string ruleId, DateTimeOffset at)
    {
        foreach (var run in _runs)
            if (run.RuleId == ruleId && at >= run.Start && (run.End is not { } end || at <= end)) return true;
        return false;
    }

    /// <summary>Whether a rule other than this one ran at that time, or had ended no longer than <paramref name="late"/> before.</summary>
    public bool AnyOther(string ruleId, DateTimeOffset at, TimeSpan late)
    {
        foreach (var run in _runs)
            if (run.RuleId != ruleId && at >= run.Start && (run.End is not { } end || at - end < late)) return true;
        return false;
    }
}
