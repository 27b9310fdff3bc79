using System.Text.Json;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Rules;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>What is so of the rules at this moment: as the running daemon tells, or, if none runs, as its files do.</summary>
internal sealed record LiveRules(AutomationView Automation, Func<string, RuleFacts> Facts)
{
    /// <summary>All rules may fire if the daemon has just ended.</summary>
    public static LiveRules OfDaemon(ProjectPaths paths)
    {
        using var daemon = DaemonCall.TryConnect(paths);
        if (daemon is null) return new(new AutomationView(), _ => RuleFacts.None);
        var status = daemon.Call("automation.status");
        var facts = status
            .GetProperty("rules"u8)
            .EnumerateArray()
            .ToDictionary(rule => rule.GetProperty("id"u8).GetString()!, Parse, StringComparer.Ordinal);
        var automation = new AutomationView
        {
            Enabled = status.GetProperty("enabled"u8).GetBoolean(),
            Paused = status.TryGetProperty("paused"u8, out var paused) && paused.GetBoolean(),
            PausedUntil = status.TryGetProperty("paused_until"u8, out var until) ? until.GetDateTimeOffset() : null,
        };
        return new(automation, id => facts.GetValueOrDefault(id, RuleFacts.None));
    }

    /// <summary>A cooldown goes on while no daemon runs; nothing else does.</summary>
    public static LiveRules OfFiles(ProjectPaths paths, DaemonConfiguration configuration) =>
        new(new AutomationView(), CooldownsLeft.Read(paths, configuration));

    private static RuleFacts Parse(JsonElement rule) => new()
    {
        IsDisabled = rule.TryGetProperty("disabled"u8, out var disabled) && disabled.GetBoolean(),
        IsHeld = rule.TryGetProperty("held"u8, out var held) && held.GetBoolean(),
        Cooldown = rule.TryGetProperty("cooldown_seconds"u8, out var seconds) ? TimeSpan.FromSeconds(seconds.GetDouble()) : TimeSpan.Zero,
        Run = rule.TryGetProperty("run"u8, out var run) ? run.GetString() : null,
        Waiting = rule.TryGetProperty("waiting"u8, out var waiting) ? waiting.GetInt32() : 0,
    };
}
