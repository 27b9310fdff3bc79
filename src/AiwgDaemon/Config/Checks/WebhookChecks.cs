using AiwgDaemon.Config.Description;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>The webhook: secrets, certificates, and endpoints that anybody could reach.</summary>
internal sealed class WebhookChecks(CheckedTree tree, VariableChecks variables, ShellText shell)
{
    private readonly Findings _findings = tree.Findings;
    private readonly ConfigSurroundings _surroundings = tree.Surroundings;
    private readonly string? _project = tree.Project;

    public void Check()
    {
        var on = IsOn(tree.Webhook);
        var endpoints = Maps(tree.Webhook["endpoints"]);
        var shared = (tree.Webhook["secret_env"] as ListNode)?.Items.OfType<ScalarNode>().ToList() ?? [];
        var needsShared = endpoints.Any(e => e["secret_env"] is null && e.TextOf("signature") != "none");
        // The default name is nobody's wish until something needs it.
        if (shared.Exists(v => v.Place.IsInFile) || (on && needsShared))
            variables.NeedsOneOf(shared, "webhook.secret_env", on && needsShared, "the webhook");
        for (var i = 0; i < endpoints.Count; i++)
            if (endpoints[i]["secret_env"] is ListNode own)
                variables.NeedsOneOf(
                    [.. own.Items.OfType<ScalarNode>()],
                    $"webhook.endpoints[{i}].secret_env",
                    on && endpoints[i].TextOf("signature") != "none",
                    "the endpoint"
                );
        if (on && endpoints.Count == 0 && tree.Webhook["endpoints"] is { } none)
            _findings.Warn(
                PlaceOf(none, tree.Webhook),
                "webhook.endpoints",
                "is empty: every request is refused",
                "add an endpoint, for instance {path: /ci, signature: github}"
            );
        if (on)
            OnlyLocalIsOpen(endpoints);
        OneWayToSayWhere();
        for (var i = 0; i < endpoints.Count; i++)
            new EndpointChecks(_findings, tree.Webhook).Check(endpoints[i], $"webhook.endpoints[{i}]");
        if (tree.Webhook["health_token_env"] is ScalarNode token)
            variables.NeedsOneOf([token], "webhook.health_token_env", on, "/health");
        if (tree.Webhook["tls"] is not MapNode tls)
            return;
        if (on && tls["certificate"] is ScalarNode certificate)
            MustBeThere(certificate, "webhook.tls.certificate");
        if (on && tls["key"] is ScalarNode key)
            MustBeThere(key, "webhook.tls.key");
        if ((tls["certificate"] is null) == (tls["key"] is null))
            return;
        var missing = tls["key"] is null ? "key" : "certificate";
        _findings.Error(tls.Place, $"webhook.tls.{missing}", "is missing", "HTTPS needs certificate and key");
    }

    private void MustBeThere(ScalarNode file, string path)
    {
        if (_project is null && !Path.IsPathRooted(file.Text)) return;
        if (File.Exists(Path.Combine(_project ?? "", file.Text))) return;
        var what = $"{Quoted.Text(file.Text)} is not there, and the webhook cannot work without";
        var instead = ShellHabit.In(file.Text, tilde: true) is { } words
            ? $"{words} is not replaced: {ShellText.NoShell}; {shell.Whole(file.Text, "a path relative to the project")}"
            : "write a PEM file, relative to the project or absolute";
        // A command that only reads does not refuse for what only the daemon needs.
        if (_surroundings.Purpose == ConfigPurpose.Read) _findings.Attend(file.Place, path, what, instead, ConfigConcern.Start);
        else _findings.Error(file.Place, path, what, instead);
    }

    private void OnlyLocalIsOpen(List<MapNode> endpoints)
    {
        var listen = Maps(tree.Webhook["listen"]).Select(l => l.TextOf("host") ?? "").ToList();
        if (listen.Count == 0) listen.Add(tree.Webhook.TextOf("host") ?? "");
        if (listen.Find(IsPublic) is not { } open) return;
        for (var i = 0; i < endpoints.Count; i++)
            if (endpoints[i].TextOf("signature") == "none")
                _findings.Error(
                    PlaceOf(endpoints[i]["signature"]!, tree.Webhook),
                    $"webhook.endpoints[{i}].signature",
                    $"is none, and {open} can be reached from outside",
                    "write a signature, or host: 127.0.0.1"
                );
    }

    // What is no address has its own error.
    private static bool IsPublic(string host) =>
        host == "*" || (System.Net.IPAddress.TryParse(host, out var address) && !System.Net.IPAddress.IsLoopback(address));

    private void OneWayToSayWhere()
    {
        if (tree.Webhook["listen"] is not ListNode { Place.IsInFile: true, Items.Count: > 0 }) return;
        foreach (var name in (string[])["host", "port"])
            if (tree.Webhook[name] is { Place.IsInFile: true } key)
                _findings.Error(
                    key.Place,
                    "webhook." + name,
                    "has no meaning beside listen",
                    "write it as an entry of listen, or remove one of them"
                );
    }
}
