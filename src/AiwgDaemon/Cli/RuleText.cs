using AiwgDaemon.Bus;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Cli;

/// <summary>A rule's parts in a few words. Pure.</summary>
internal static class RuleText
{
    public static string Event(EventMatch match)
    {
        var words = new List<string>(4);
        if (match.Source is { } source) words.Add(EventJson.Word(source));
        if (match.Type is { } type) words.Add(type);
        if (match.PathPatterns.Count > 0) words.Add(string.Join(" or ", match.PathPatterns.Select(p => p.Pattern)));
        if (match.Endpoint is { } endpoint) words.Add(endpoint);
        if (match.JobId is { } job) words.Add(job);
        if (match.Match.Count > 0) words.Add($"if {string.Join(", ", match.Match.Select(c => c.Path.ToString()))}");
        return words.Count == 0 ? "everything" : ConsoleText.Printable(string.Join(' ', words));
    }

    public static string Limits(Rule rule)
    {
        var words = new List<string>(3) { rule.OnBusy.ToString().ToLowerInvariant() };
        if (rule.Cooldown > TimeSpan.Zero) words.Add($"cooldown {ConsoleText.Duration(rule.Cooldown)}");
        if (rule.Settle > TimeSpan.Zero) words.Add($"settle {ConsoleText.Duration(rule.Settle)}");
        if (rule.Retries > 0) words.Add(rule.Retries == 1 ? "1 retry" : $"{rule.Retries} retries");
        return string.Join(", ", words);
    }
}
