using System.Diagnostics.CodeAnalysis;

namespace AiwgDaemon.Runs;

/// <summary>Every run that has not ended, by id and by rule, in the order of the decisions. Not thread-safe.</summary>
internal sealed class RunTable
{
    private readonly Dictionary<string, Run> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Run>> _byRule = new(StringComparer.Ordinal);

    /// <summary>Oldest first, as ids sort by time.</summary>
    public IEnumerable<Run> All => _byId.Values;

    public void Add(Run run)
    {
        _byId.Add(run.Id, run);
        if (!_byRule.TryGetValue(run.RuleId, out var runs)) _byRule.Add(run.RuleId, runs = new(StringComparer.Ordinal));
        runs.Add(run.Id, run);
    }

    public bool TryFind(string id, [NotNullWhen(true)] out Run? run) => _byId.TryGetValue(id, out run);

    public IEnumerable<Run> OfRule(string ruleId) => _byRule.TryGetValue(ruleId, out var runs) ? runs.Values : [];

    public void Remove(Run run)
    {
        _byId.Remove(run.Id);
        if (!_byRule.TryGetValue(run.RuleId, out var runs)) return;
        runs.Remove(run.Id);
        if (runs.Count == 0) _byRule.Remove(run.RuleId);
    }
}
