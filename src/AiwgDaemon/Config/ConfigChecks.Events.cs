using AiwgDaemon.Bus;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Globs;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Sources.Webhook.Signing;

namespace AiwgDaemon.Config;

// Webhooks with their secrets, and which events a rule can ever see.
internal sealed partial class ConfigChecks
{
    private static readonly Dictionary<string, string[]> TypesOf = new(StringComparer.Ordinal)
    {
        ["watch"] = ["file.create", "file.modify", "file.delete"],
        ["schedule"] = ["cron.fired"],
        ["webhook"] = ["webhook.received"],
        ["daemon"] =
        [
            "action.completed",
            "action.failed",
            "action.timeout",
            "action.cancelled",
            "action.lost",
            "daemon.started",
            "daemon.reloaded",
        ],
    };

    private void Webhook()
    {
        var on = IsOn(_webhook);
        var endpoints = Maps(_webhook["endpoints"]);
        var shared = (_webhook["secret_env"] as ListNode)?.Items.OfType<ScalarNode>().ToList() ?? [];
        var needsShared = endpoints.Any(e => e["secret_env"] is null && e.TextOf("signature") != "none");
        // The default name is nobody's wish until something needs it.
        if (shared.Exists(v => v.Place.IsInFile) || (on && needsShared))
            NeedsOneOf(shared, "webhook.secret_env", on && needsShared, "the webhook");
        for (var i = 0; i < endpoints.Count; i++)
            if (endpoints[i]["secret_env"] is ListNode own)
                NeedsOneOf(
                    [.. own.Items.OfType<ScalarNode>()],
                    $"webhook.endpoints[{i}].secret_env",
                    on && endpoints[i].TextOf("signature") != "none",
                    "the endpoint"
                );
        if (on && endpoints.Count == 0 && _webhook["endpoints"] is { } none)
            findings.Warn(
                PlaceOf(none, _webhook),
                "webhook.endpoints",
                "is empty: every request is refused",
                "add an endpoint, for instance {path: /ci, signature: github}"
            );
        if (on)
            OnlyLoopbackIsOpen(endpoints);
        for (var i = 0; i < endpoints.Count; i++)
            Hmac(endpoints[i], $"webhook.endpoints[{i}]");
        if (_webhook["health_token_env"] is ScalarNode token)
            NeedsOneOf([token], "webhook.health_token_env", on, "/health");
        if (_webhook["tls"] is not MapNode tls)
            return;
        if (on && tls["certificate"] is ScalarNode certificate)
            MustBeThere(certificate, "webhook.tls.certificate");
        if (on && tls["key"] is ScalarNode key)
            MustBeThere(key, "webhook.tls.key");
        if ((tls["certificate"] is null) == (tls["key"] is null))
            return;
        var missing = tls["key"] is null ? "key" : "certificate";
        findings.Error(tls.Place, $"webhook.tls.{missing}", "is missing", "HTTPS needs certificate and key");
    }

    private void MustBeThere(ScalarNode file, string path)
    {
        if (project is null && !Path.IsPathRooted(file.Text)) return;
        if (File.Exists(Path.Combine(project ?? "", file.Text))) return;
        var what = $"{Quoted.Text(file.Text)} is not there, and the webhook cannot work without";
        var instead = ShellHabit.In(file.Text, tilde: true) is { } words
            ? $"{words} is not replaced: {NoShell}; {Whole(file.Text, "a path relative to the project")}"
            : "write a PEM file, relative to the project or absolute";
        // A command that only reads does not refuse for what only the daemon needs.
        if (environment.Purpose == ConfigPurpose.Read) findings.Attend(file.Place, path, what, instead, ConfigConcern.Start);
        else findings.Error(file.Place, path, what, instead);
    }

    private void OnlyLoopbackIsOpen(List<MapNode> endpoints)
    {
        var host = _webhook.TextOf("host") ?? "";
        if (host == "localhost" || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address)))
            return;
        for (var i = 0; i < endpoints.Count; i++)
            if (endpoints[i].TextOf("signature") == "none")
                findings.Error(
                    PlaceOf(endpoints[i]["signature"]!, _webhook),
                    $"webhook.endpoints[{i}].signature",
                    $"is none, and {host} can be reached from outside",
                    "write a signature, or host: 127.0.0.1"
                );
    }

    /// <summary>Of several variables one is enough; the others are worth a word.</summary>
    private void NeedsOneOf(List<ScalarNode> variables, string path, bool needed, string what)
    {
        var unset = variables.FindAll(v => string.IsNullOrEmpty(environment.Variable(v.Text)));
        if (unset.Count == 0) return;
        var names = string.Join(", ", unset.Select(v => v.Text));
        var (where, cure) = environment.Unset(names);
        var place = PlaceOf(unset[0], _webhook);
        if (unset.Exists(v => environment.IsSetInDaemon(v.Text)))
            findings.Warn(place, path, $"{names} is not set{where}, and the running daemon has it");
        else if (!needed || unset.Count < variables.Count)
            findings.Warn(place, path, $"{names} is not set{where}", "set the variable before the daemon starts");
        else if (environment.Purpose == ConfigPurpose.Read)
            findings.Attend(place, path, $"{names} is not set{where}, and {what} cannot work without", cure, ConfigConcern.Start);
        else
            findings.Error(place, path, $"{names} is not set{where}, and {what} cannot work without", cure);
    }

    /// <summary>A default has no place: then that of its section.</summary>
    private static Place PlaceOf(ConfigNode node, ConfigNode section) => node.Place.IsInFile ? node.Place : section.Place;

    private void Event(MapNode @event, string path, bool enabled)
    {
        var source = @event.TextOf("source");
        if (source is null && @event.TextOf("type") is null)
        {
            findings.Error(@event.Place, path, "matches every event, those of its own action too", "add source: or type:");
            return;
        }
        OnlyFor("watch", "path_pattern", source, @event, path);
        OnlyFor("schedule", "job_id", source, @event, path);
        OnlyFor("webhook", "endpoint", source, @event, path);
        if (
            @event["type"] is ScalarNode type
            && source is not null
            && TypesOf.TryGetValue(source, out var types)
            && !types.Any(t => Covers(type.Text, t))
        )
            findings.Error(
                type.Place,
                path + ".type",
                $"{Quoted.Text(type.Text)} is no type of {source} events",
                Nearest.Hint(type.Text, types) ?? $"known: {string.Join(", ", types)}"
            );
        if (source is null)
            DaemonType(@event, path);
        if (enabled)
            AbsolutePatterns(@event, path);
        PayloadKeys(@event, source, path);
        Known(@event, "job_id", path, _jobIds, "no job of schedule.jobs");
        Known(@event, "endpoint", path, _endpointPaths, "no endpoint of webhook.endpoints");
        if (source == "watch" && enabled && !findings.HasErrors)
            Reachable(@event, path);
        if (source == "webhook" && enabled && !IsOn(_webhook) && !findings.HasErrors)
            findings.Warn(@event.Place, path, "never matches: the webhook is off", "write webhook.enabled: true");
    }

    /// <summary>Anybody may emit a type that begins like the daemon's own; more often it is a slip of the pen.</summary>
    private void DaemonType(MapNode @event, string path)
    {
        if (
            @event["type"] is not ScalarNode type
            || !(type.Text.StartsWith("action.", StringComparison.Ordinal) || type.Text.StartsWith("daemon.", StringComparison.Ordinal))
        )
            return;
        var types = TypesOf["daemon"];
        if (type.Text == ManualRuns.RequestType || types.Any(t => Covers(type.Text, t)))
            return;
        findings.Warn(
            type.Place,
            path + ".type",
            $"{Quoted.Text(type.Text)} is no type of the daemon's own events",
            Nearest.Hint(type.Text, types) ?? $"known: {string.Join(", ", types)}"
        );
    }

    /// <summary>A condition on what the payload does not have.</summary>
    private void PayloadKeys(MapNode @event, string? source, string path)
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
            findings.Warn(
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
        var kept = Maps(_webhook["endpoints"]).Where(e => endpoint is null || e.TextOf("path") == endpoint).SelectMany(Kept)
            .Union(SchemeCatalogue.CommonHeaders).ToHashSet(StringComparer.Ordinal);
        if (name.Length == 0 || kept.Contains(name)) return;
        var at = KeyPath.Key(path + ".match", entry.Key);
        if (kept.Contains(name.ToLowerInvariant()))
            findings.Warn(entry.Place, at, $"never holds: names of headers are in lower case", $"write headers.{name.ToLowerInvariant()}");
        else
            findings.Warn(
                entry.Place,
                at,
                $"never holds: events do not keep the header {Quoted.Short(name)}",
                $"add headers: [{Quoted.Short(name)}] to the endpoint"
            );
    }

    private static IEnumerable<string> Kept(MapNode endpoint) =>
        ((endpoint["headers"] as ListNode)?.Items.OfType<ScalarNode>().Select(h => h.Text.ToLowerInvariant()) ?? [])
            .Concat(SchemeCatalogue.Find(endpoint.TextOf("signature") ?? "")?.Headers ?? []);

    /// <summary>An endpoint with hmac: says what it needs, and one without has none.</summary>
    private void Hmac(MapNode endpoint, string path)
    {
        var isHmac = endpoint.TextOf("signature") == ConfigMapping.HmacWord;
        var hmac = endpoint["hmac"] as MapNode;
        if (isHmac && hmac?.TextOf("header") is null)
            findings.Error(
                PlaceOf(endpoint["signature"]!, _webhook),
                path + ".hmac.header",
                "is missing, and signature: hmac needs it",
                "add hmac: {header: X-Signature}"
            );
        else if (!isHmac && hmac is { Place.IsInFile: true })
            findings.Error(
                hmac.Place,
                path + ".hmac",
                $"belongs to signature: hmac, and this is {endpoint.TextOf("signature")}",
                "write signature: hmac, or remove it"
            );
        if (
            hmac?["signed"] is ScalarNode { Place.IsInFile: true } signed
            && hmac.TextOf("timestamp_header") is null
            && signed.Text.Contains("{timestamp}", StringComparison.Ordinal)
        )
            findings.Error(signed.Place, path + ".hmac.signed", "has {timestamp}, and no header holds it", "add timestamp_header");
        if (endpoint["respond"] is MapNode { Place.IsInFile: true } respond && respond["status"] is null)
            findings.Error(respond.Place, path + ".respond.status", "is missing", "write for instance {status: 200, body: ok}");
    }

    private void OnlyFor(string wanted, string key, string? source, MapNode @event, string path)
    {
        if (source is null || source == wanted || @event[key] is not { Place.IsInFile: true } node || node is ListNode { Items.Count: 0 })
            return;
        findings.Error(node.Place, $"{path}.{key}", $"can never match: {source} events have none", $"write source: {wanted}, or remove it");
    }

    private void Known(MapNode @event, string key, string path, HashSet<string> known, string what)
    {
        if (@event[key] is not ScalarNode named)
            return;
        if (known.Contains(named.Text) || findings.IsFull)
            return;
        findings.Error(
            named.Place,
            $"{path}.{key}",
            $"{Quoted.Text(named.Text)} is {what}",
            Nearest.Hint(named.Text, known) ?? (known.Count == 0 ? "there are none" : $"known: {Quoted.Short(string.Join(", ", known))}")
        );
    }

    /// <summary>A pattern that lies beside all watched paths never sees an event.</summary>
    private void Reachable(MapNode @event, string path)
    {
        if (!IsOn(_watch) || _roots.IsEmpty)
        {
            findings.Warn(@event.Place, path, "never matches: no files are watched", "add watch.paths");
            return;
        }
        foreach (var pattern in ((@event["path_pattern"] as ListNode)?.Items ?? []).OfType<ScalarNode>())
        {
            var wild = pattern.Text.AsSpan().IndexOfAny("*?[{\\");
            var literal = Literal(pattern.Text);
            if (literal.StartsWith('!') || literal.StartsWith('/'))
                continue;
            if (!_roots.MayHold(literal))
                findings.Warn(
                    pattern.Place,
                    path + ".path_pattern",
                    $"{Quoted.Text(pattern.Text)} is outside of every path of watch.paths",
                    "add the directory there"
                );
            else if (
                wild >= 0
                && IsOneName(pattern.Text)
                && Glob.TryParse(pattern.Text, out var name, out _)
                && !_roots.MayHoldOnTop(name!)
            )
                findings.Warn(
                    pattern.Place,
                    path + ".path_pattern",
                    $"{Quoted.Text(pattern.Text)} matches only what lies directly in the project, where nothing is watched",
                    $"write {Quoted.Text("**/" + pattern.Text)} for all directories"
                );
        }
    }

    private static bool IsOneName(string pattern) => !pattern.Contains('/') && !pattern.Contains("**", StringComparison.Ordinal);

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
