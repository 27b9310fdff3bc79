using AiwgDaemon.Actions;

namespace AiwgDaemon.Rules.Machine;

/// <summary>What the configuration says about rules; a reload brings another.</summary>
internal sealed record RuleSet
{
    /// <summary>In the order of the file.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }

    /// <summary>By name: what a person can ask for.</summary>
    public IReadOnlyDictionary<string, ActionDefinition> Actions { get; init; } =
        new Dictionary<string, ActionDefinition>(StringComparer.Ordinal);

    /// <summary>How long after a run's end changes of files still count as its own: the watcher's debounce and a little more.</summary>
    public TimeSpan ChangeWindow { get; init; } = TimeSpan.FromMilliseconds(2250);
}
