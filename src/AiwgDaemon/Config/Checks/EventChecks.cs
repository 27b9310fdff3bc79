using AiwgDaemon.Bus;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Globs;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Sources.Webhook.Signing;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>Which events a rule can ever see.</summary>
internal sealed class EventChecks(CheckedTree tree, PatternChecks patterns)
{
    private readonly Findings _findings = tree.Findings;
    private readonly PayloadChecks _payloads = new(tree);
    private readonly HashSet<string> _jobIds = Names(tree.Jobs.Select(j => j.TextOf("id")));
    private readonly HashSet<string> _endpointPaths =
        Names(Maps(tree.Webhook["endpoints"]).Select(e => e.TextOf("path")));

    public void Check(MapNode @event, string path, bool enabled)
    {
        var source = @event.TextOf("source");
        if (source is null && @event.TextOf("type") is null)
        {
            _findings.Error(@event.Place, path, "matches every event, those of its own action too", "add source: or type:");
            return;
        }
        foreach (var kind in EventCatalogue.All)
            if (kind.Selector is { } selector) OnlyFor(kind.Word, selector.RuleKey, source, @event, path);
        if (
            @event["type"] is ScalarNode type
            && EventCatalogue.All.FirstOrDefault(kind => kind.Word == source)?.Types is { Count: > 0 } types
            && !types.Any(t => Covers(type.Text, t))
        )
            _findings.Error(
                type.Place,
                path + ".type",
                $"{Quoted.Text(type.Text)} is no type of {source} events",
                Nearest.Hint(type.Text, types) ?? $"known: {string.Join(", ", types)}"
            );
        if (source is null)
            DaemonType(@event, path);
        if (enabled)
            patterns.AbsolutePatterns(@event, path);
        _payloads.Check(@event, source, path);
        Known(@event, "job_id", path, _jobIds, "no job of schedule.jobs");
        Known(@event, "endpoint", path, _endpointPaths, "no endpoint of webhook.endpoints");
        if (source == "watch" && enabled && !_findings.HasErrors)
            patterns.Reachable(@event, path);
        if (source == "webhook" && enabled && !IsOn(tree.Webhook) && !_findings.HasErrors)
            _findings.Warn(@event.Place, path, "never matches: the webhook is off", "write webhook.enabled: true");
    }

    /// <summary>Anybody may emit a type that begins like the daemon's own; more often it is a slip of the pen.</summary>
    private void DaemonType(MapNode @event, string path)
    {
        if (
            @event["type"] is not ScalarNode type
            || !(
                type.Text.StartsWith(EventTypes.ActionPrefix, StringComparison.Ordinal)
                || type.Text.StartsWith("daemon.", StringComparison.Ordinal)
            )
        )
            return;
        var types = EventCatalogue.Of(EventSource.Daemon).Types;
        if (type.Text == EventTypes.ActionRun || types.Any(t => Covers(type.Text, t)))
            return;
        _findings.Warn(
            type.Place,
            path + ".type",
            $"{Quoted.Text(type.Text)} is no type of the daemon's own events",
            Nearest.Hint(type.Text, types) ?? $"known: {string.Join(", ", types)}"
        );
    }

    private void OnlyFor(string wanted, string key, string? source, MapNode @event, string path)
    {
        if (source is null || source == wanted || @event[key] is not { Place.IsInFile: true } node || node is ListNode { Items.Count: 0 })
            return;
        _findings.Error(
            node.Place,
            $"{path}.{key}",
            $"can never match: {source} events have none",
            $"write source: {wanted}, or remove it"
        );
    }

    private void Known(MapNode @event, string key, string path, HashSet<string> known, string what)
    {
        if (@event[key] is not ScalarNode named)
            return;
        if (known.Contains(named.Text) || _findings.IsFull)
            return;
        _findings.Error(
            named.Place,
            $"{path}.{key}",
            $"{Quoted.Text(named.Text)} is {what}",
            Nearest.Hint(named.Text, known) ?? (known.Count == 0 ? "there are none" : $"known: {Quoted.Short(string.Join(", ", known))}")
        );
    }

    /// <summary>Whether a type with * stands for another.</summary>
    private static bool Covers(string pattern, string type)
    {
        var parts = pattern.Split('*', 3);
        return parts.Length switch
        {
            1 => pattern == type,
            2 => type.Length >= pattern.Length - 1
                && type.StartsWith(parts[0], StringComparison.Ordinal)
                && type.EndsWith(parts[1], StringComparison.Ordinal),
            _ => true,
        };
    }
}
