using AiwgDaemon.Bus;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Globs;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Sources.Webhook.Signing;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>Conditions of rules on what the payload of their events never has.</summary>
internal sealed class PayloadChecks(CheckedTree tree)
{
    private readonly Findings _findings = tree.Findings;

    /// <summary>A condition on what the payload does not have.</summary>
    public void Check(MapNode @event, string? source, string path)
    {
        if (
            @event["match"] is not MapNode match
            || !Enum.TryParse<EventSource>(source, ignoreCase: true, out var from)
            || Placeholder.KeysOf(from) is not { } keys
        )
            return;
        foreach (var entry in match.Entries)
        {
            if (!PayloadPath.TryParse(entry.Key, out var keyPath)) continue;
            var first = keyPath.Steps[0].Key;
            if (from == EventSource.Webhook && first == "headers")
                KeptHeader(@event, entry, keyPath, path);
            if (keys.Contains(first))
                continue;
            var instead = Nearest.Hint(first, keys)
                ?? (
                    from == EventSource.Webhook
                        ? $"write body.{Quoted.Short(entry.Key)} for what the request sends"
                        : $"it has {string.Join(", ", keys)}"
                );
            _findings.Warn(
                entry.Place,
                KeyPath.Key(path + ".match", entry.Key),
                $"the payload of {source} events has no {Quoted.Short(first)}",
                instead
            );
        }
    }

    /// <summary>A condition on a header that no endpoint of the rule keeps can never hold.</summary>
    private void KeptHeader(MapNode @event, MapEntry entry, PayloadPath keyPath, string path)
    {
        var name = keyPath.Steps.Count > 1 ? keyPath.Steps[1].Key : "";
        var endpoint = @event.TextOf("endpoint");
        var kept = Maps(tree.Webhook["endpoints"]).Where(e => endpoint is null || e.TextOf("path") == endpoint).SelectMany(Kept)
            .Union(SchemeCatalogue.CommonHeaders).ToHashSet(StringComparer.Ordinal);
        if (name.Length == 0 || kept.Contains(name)) return;
        var at = KeyPath.Key(path + ".match", entry.Key);
        if (kept.Contains(name.ToLowerInvariant()))
            _findings.Warn(entry.Place, at, $"never holds: names of headers are in lower case", $"write headers.{name.ToLowerInvariant()}");
        else
            _findings.Warn(
                entry.Place,
                at,
                $"never holds: events do not keep the header {Quoted.Short(name)}",
                $"add headers: [{Quoted.Short(name)}] to the endpoint"
            );
    }

    private static IEnumerable<string> Kept(MapNode endpoint) =>
        ((endpoint["headers"] as ListNode)?.Items.OfType<ScalarNode>().Select(h => h.Text.ToLowerInvariant()) ?? [])
            .Concat(SchemeCatalogue.Find(endpoint.TextOf("signature") ?? "")?.Headers ?? []);
}
