using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Agents;
using AiwgDaemon.Agents.Workspaces;
using AiwgDaemon.Rules;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Webhook;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Config;

/// <summary>What a reload changes, in words for the log and the caller's terminal.</summary>
internal static class ConfigDifference
{
    /// <summary>One entry for each setting that differs, for instance <c>watch.debounce_ms: 2000 to 500</c>; empty if nothing
    /// does.</summary>
    public static IReadOnlyList<string> Describe(DaemonConfiguration before, DaemonConfiguration after)
    {
        var changes = new List<string>();
        foreach (var (key, value) in Settings(before).Zip(Settings(after), (b, a) => (b.Key, Value: (Before: b.Value, After: a.Value))))
            if (value.Before != value.After) changes.Add($"{key}: {value.Before} to {value.After}");
        Compare(changes, "watch.paths", before.Watch.Paths, after.Watch.Paths, p => p.Path, Print);
        Compare(changes, "schedule.jobs", Jobs(before), Jobs(after), j => j.Job.Id, Print);
        Compare(changes, "webhook.endpoints", before.Webhook.Endpoints, after.Webhook.Endpoints, e => $"{e.Method} {e.Path}", Print);
        Compare(changes, "actions", before.Actions.Values, after.Actions.Values, a => a.Name, Print);
        Compare(changes, "rules", before.Rules.Where(IsWritten), after.Rules.Where(IsWritten), r => r.Id, Print);
        return changes;
    }

    /// <summary>All single values, always in the same order.</summary>
    private static IEnumerable<(string Key, string Value)> Settings(DaemonConfiguration c)
    {
        yield return ("daemon.heartbeat_interval_seconds", $"{c.HeartbeatInterval.TotalSeconds}");
        yield return ("daemon.max_parallel_actions", $"{c.Limits.MaxParallel}");
        yield return ("daemon.action_timeout_minutes", $"{c.Limits.Timeout.TotalMinutes}");
        yield return ("daemon.shutdown_grace_seconds", $"{c.ShutdownGrace.TotalSeconds}");
        yield return ("daemon.reload_on_change", Word(c.ReloadOnChange));
        yield return ("daemon.log.max_size_mb", $"{c.Log.MaxSizeMb}");
        yield return ("daemon.log.max_files", $"{c.Log.MaxFiles}");
        yield return ("daemon.log.level", Level(c.Log.Level));
        yield return ("daemon.log.format", Word(c.Log.Format));
        yield return ("daemon.history.events_days", $"{c.History.EventsDays}");
        yield return ("daemon.history.actions_kept", $"{c.History.ActionsKept}");
        yield return ("daemon.history.action_output_mb", $"{c.History.ActionOutputMb}");
        yield return ("groups", Print(c.Limits.Groups.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}: {g.Value}")));
        yield return ("agents.default", c.Agents.Default ?? "none");
        yield return ("agents.max_parallel", $"{c.Agents.MaxParallel}");
        yield return (
            "agents.providers",
            Print(c.Agents.Providers.Values.OrderBy(p => p.Name, StringComparer.Ordinal).Select(Provider))
        );
        yield return ("agents.isolation", c.Agents.IsIsolated ? "worktree" : "none");
        yield return ("agents.worktree", Print(c.Agents.Worktree));
        yield return ("agents.untrusted.permission", Word(c.Agents.UntrustedPermission));
        yield return ("agents.untrusted.approve", c.Agents.ApproveUntrusted ? "always" : "never");
        yield return ("watch.enabled", Word(c.Watch.Enabled));
        yield return ("watch.ignore", Print(c.Watch.Ignore));
        yield return ("watch.gitignore", Word(c.Watch.GitIgnore));
        yield return ("watch.debounce_ms", $"{c.Watch.Debounce.TotalMilliseconds}");
        yield return ("watch.max_wait_ms", $"{c.Watch.MaxWait.TotalMilliseconds}");
        yield return ("watch.polling", Word(c.Watch.Polling));
        yield return ("schedule.enabled", Word(c.Schedule.Enabled));
        yield return ("webhook.enabled", Word(c.Webhook.Enabled));
        yield return ("webhook.host", string.Join(", ", c.Http.Listen.Select(l => l.Host)));
        yield return ("webhook.port", string.Join(", ", c.Http.Listen.Select(l => $"{l.Port}")));
        yield return ("webhook.secret_env", Print(c.Webhook.SecretEnv));
        yield return ("webhook.max_body_kb", $"{c.Webhook.MaxBodyKb}");
        yield return ("webhook.allowed_hosts", Print(c.Http.AllowedHosts));
        yield return ("webhook.rate_limit_per_minute", $"{c.Http.RateLimitPerMinute}");
        yield return ("webhook.trusted_proxies", Print(c.Http.TrustedProxies.Names));
        yield return ("webhook.health_token_env", c.Http.HealthTokenEnv ?? "none");
        yield return ("webhook.public_health", Word(c.Http.PublicHealth));
        yield return ("webhook.tls.certificate", c.Http.TlsCertificate ?? "none");
        yield return ("webhook.tls.key", c.Http.TlsKey ?? "none");
    }

    private static void Compare<T>(
        List<string> changes, string key, IEnumerable<T> before, IEnumerable<T> after, Func<T, string> name, Func<T, string> print)
    {
        var old = Printed(before, name, print);
        var @new = Printed(after, name, print);
        foreach (var (id, _) in old)
            if (!@new.ContainsKey(id)) changes.Add($"{key}: {Quoted.Short(id)} removed");
        foreach (var (id, text) in @new)
        {
            if (!old.TryGetValue(id, out var was)) changes.Add($"{key}: {Quoted.Short(id)} added");
            else if (was != text) changes.Add($"{key}: {Quoted.Short(id)} changed");
        }
    }

    /// <summary>By name; entries of one name (a path may be listed twice) are compared together.</summary>
    private static Dictionary<string, string> Printed<T>(IEnumerable<T> items, Func<T, string> name, Func<T, string> print)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in items) result[name(item)] = result.GetValueOrDefault(name(item)) + print(item) + "\n";
        return result;
    }

    private static string Print(WorktreeOptions w) =>
        $"{w.Base} in {w.Directory}, link {Print(w.Link)}, copy {Print(w.Copy)}, setup {Print(w.Setup)}, kept {w.Keep.TotalDays} days";

    private static string Provider(AgentProvider p)
    {
        var words = Print(p.Definition.Start.Concat(p.Definition.Arguments).Prepend(p.Definition.Program));
        return $"{p.Name}: {words} {p.Model} {Word(p.Permission)} {Word(p.Definition.Prompt)}";
    }

    private static string Print(WatchPath p) => $"{p.Events}|{Print(p.Extensions)}|{Print(p.Ignore)}";

    /// <summary>Each job with its implicit rule, which holds what it runs.</summary>
    private static IEnumerable<(CronJob Job, Rule? Rule)> Jobs(DaemonConfiguration c)
    {
        var rules = c.Rules.Where(r => !IsWritten(r)).ToDictionary(r => r.Id, StringComparer.Ordinal);
        return c.Schedule.Jobs.Select(j => (j, rules.GetValueOrDefault(Rule.OfJob + j.Id)));
    }

    private static string Print((CronJob Job, Rule? Rule) j) =>
        $"{j.Job.Schedule.Cron}|{j.Job.TimeZone}|{j.Job.CatchUp}|{j.Job.Enabled}|{j.Job.Jitter}|{(j.Rule is { } rule ? Print(rule) : "")}";

    private static string Print(WebhookEndpoint e) =>
        $"{e.Signature}|{Print(e.SecretEnv)}|{e.Tolerance}|{e.Content}|{Print(e.Headers)}|{e.DeliveryHeader}|{e.Answer?.Status} "
            + $"{e.Answer?.Body}|{e.OutputWait}";

    private static string Print(Rule r) =>
        $"{r.Enabled}|{Print(r.Event)}|{Print(r.Action)}|{r.Cooldown}|{r.Settle}|{r.OnBusy}|"
        + $"{r.Retries}|{r.RetryDelay}|{r.OnLost}|{r.IgnoreOwnChanges}";

    private static string Print(EventMatch e) =>
        $"{e.Source}|{e.Type}|{Print(e.PathPatterns.Select(g => g.Pattern))}|{e.Endpoint}|{e.JobId}|"
        + Print(e.Match.Select(m => $"{m.Path} {m.Comparison} {Print(m.AnyOf.Select(v => v.GetRawText()))}"));

    private static string Print(ActionDefinition a) =>
        $"{a.Name}|{a.Type}|{Print(ActionKinds.Of(a.Type).Keys.Select(key => $"{key.Name}: {Print(key.Of(a))}"))}|{a.Timeout}|"
        + $"{Print(a.Env.Keys.Order(StringComparer.Ordinal).Select(name => $"{name}={a.Env[name]}"))}|{Print(a.PassEnv)}|"
        + $"{a.Cwd}|{a.Group}|{a.Priority}|{a.EnvFile}|{Print(a.OnlyIf)}|{string.Join(',', a.SuccessExitCodes)}|"
        + $"{a.Input}|{a.Nice}|{a.PingUrlEnv}";

    private static string Print(IEnumerable<string> list) => $"[{string.Join(", ", list.Select(YamlText.Text))}]";

    private static bool IsWritten(Rule rule) => !rule.Id.StartsWith(Rule.OfJob, StringComparison.Ordinal);

    /// <summary>As the file has it.</summary>
    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => Word(level),
    };

    private static string Word<T>(T value)
        where T : struct => value.ToString()!.ToLowerInvariant();
}
