using AiwgDaemon.Config;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Lifecycle;

/// <summary>What is so of rules while no daemon runs: a cooldown goes on, and nothing else does.</summary>
internal static class CooldownsLeft
{
    public static Func<string, RuleFacts> Read(ProjectPaths paths, DaemonConfiguration configuration)
    {
        var (last, now) = (LastRuns(paths), DateTimeOffset.UtcNow);
        var cooldowns = configuration.Rules.ToDictionary(r => r.Id, r => r.Cooldown, StringComparer.Ordinal);
        return id =>
            last.TryGetValue(id, out var ran) && ran <= now && ran + cooldowns[id] > now
                ? new() { Cooldown = ran + cooldowns[id] - now }
                : RuleFacts.None;
    }

    private static Dictionary<string, DateTimeOffset> LastRuns(ProjectPaths paths)
    {
        try
        {
            return CooldownFile.Load(Path.Combine(paths.Events, CooldownFile.FileName));
        }
        catch (Exception e) when (CooldownFile.IsUnusable(e))
        {
            // Missing, or damaged, which the next start sets aside and tells: then no rule is in a cooldown.
            return [];
        }
    }
}
