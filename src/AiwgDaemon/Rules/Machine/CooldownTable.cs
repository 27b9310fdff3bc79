namespace AiwgDaemon.Rules.Machine;

/// <summary>When each rule with a cooldown was last decided to run. Pure; <see cref="CooldownFile"/> keeps it over a restart.</summary>
internal sealed class CooldownTable
{
    private readonly Dictionary<string, DateTimeOffset> _last = new(StringComparer.Ordinal);

    public void Restore(IReadOnlyDictionary<string, DateTimeOffset> last)
    {
        foreach (var (rule, at) in last) _last[rule] = at;
    }

    /// <summary>
    /// How long the rule has to wait yet; zero if it may run. A last run in the future (a clock set back) does not count.
    /// </summary>
    public TimeSpan Remaining(Rule rule, DateTimeOffset now) =>
        rule.Cooldown > TimeSpan.Zero && _last.TryGetValue(rule.Id, out var last) && last <= now && last + rule.Cooldown > now
            ? last + rule.Cooldown - now
            : TimeSpan.Zero;

    /// <summary>The rule runs. What is to be kept from now on; null for a rule without a cooldown.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? Note(Rule rule, DateTimeOffset now)
    {
        if (rule.Cooldown <= TimeSpan.Zero) return null;
        _last[rule.Id] = now;
        return new Dictionary<string, DateTimeOffset>(_last, StringComparer.Ordinal);
    }
}
