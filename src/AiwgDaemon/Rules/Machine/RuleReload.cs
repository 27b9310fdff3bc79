namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// Another configuration, or another word of a person: what runs goes on, counters and cooldowns are kept, an open breaker is closed by a
/// reload. What waits for a rule that was removed or switched off is given up.
/// </summary>
internal sealed class RuleReload(RuleContext context, Dictionary<string, RuleWork> rules)
{
    public void Apply(RuleSet set)
    {
        context.Set = set;
        var there = set.Rules.Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var work in rules.Values.Where(work => !there.Contains(work.Rule.Id))) Remove(work);
        foreach (var rule in set.Rules)
        {
            if (!rules.TryGetValue(rule.Id, out var work)) rules.Add(rule.Id, new RuleWork(rule, context));
            else Change(work, rule);
        }
    }

    public static void Enable(RuleWork work, bool enabled)
    {
        var wasOff = work.IsOff;
        work.IsDisabled = !enabled;
        if (!wasOff && work.IsOff) work.GiveUpWaiting("its rule was disabled by a client");
    }

    private void Remove(RuleWork work)
    {
        if (!work.IsGone)
        {
            work.IsGone = true;
            work.GiveUpWaiting("its rule was removed from the configuration");
        }
        context.Touch(work);
    }

    private void Change(RuleWork work, Rule rule)
    {
        var wasOff = work.IsOff;
        (work.Rule, work.IsGone) = (rule, false);
        context.Touch(work);
        if (!wasOff && work.IsOff) work.GiveUpWaiting("its rule was disabled");
        // What it kept while its breaker was open is a matter of the rule as it was mended.
        else if (work.Loop.Holds) context.Do(new RuleEffect.MatchAgain(rule, [.. work.Line.Kept.SelectMany(run => run.Events)]));
    }
}
