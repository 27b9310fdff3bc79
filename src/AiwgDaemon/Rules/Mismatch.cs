using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>What keeps a rule from an event, in words for people; the matcher itself only says yes or no. Pure.</summary>
internal static class Mismatch
{
    private const int MostShown = 5;

    /// <summary>The first part that does not hold; null if the rule matches.</summary>
    public static string? Of(Rule rule, DaemonEvent @event)
    {
        var match = rule.Event;
        if (!rule.Enabled)
            return "is off (enabled: false)";
        if (match.Source is { } source && source != @event.Source)
            return $"is for source {EventJson.Word(source)}";
        if (match.Type is { } type && !Wildcard.IsMatch(type, @event.Type))
            return $"is for type {type}";
        if (match.JobId is { } job && job != @event.Subject)
            return $"is for job {job}";
        if (match.Endpoint is { } endpoint && endpoint != @event.Subject)
            return $"is for endpoint {endpoint}";
        if (match.PathPatterns.Count > 0 && !match.PathPatterns.Any(p => p.IsMatch(@event.Subject)))
            return $"is for {string.Join(" or ", match.PathPatterns.Select(p => p.Pattern))}";
        var failing = match.Match.FirstOrDefault(condition => !PayloadConditions.Holds(condition, @event.PayloadJson));
        return failing is null ? null : Describe(failing, @event.PayloadJson);
    }

    private static string Describe(PayloadCondition condition, JsonElement payload)
    {
        var sign = condition.Comparison switch
        {
            Comparison.Equal => "",
            Comparison.NotEqual => "!= ",
            Comparison.Less => "< ",
            Comparison.LessOrEqual => "<= ",
            Comparison.Greater => "> ",
            _ => ">= ",
        };
        var wanted = string.Join(" or ", condition.AnyOf.Select(value => value.GetRawText()));
        return $"asks {condition.Path} to be {sign}{wanted}, and it is {Found(condition, payload)}";
    }

    private static string Found(PayloadCondition condition, JsonElement payload)
    {
        var found = new List<string>();
        // True ends the walk: a few values say enough.
        var isMore = condition.Path.LeadsTo(payload, value =>
        {
            if (found.Count == MostShown) return true;
            found.Add(value.GetRawText());
            return false;
        });
        return found.Count == 0 ? "not there" : string.Join(" and ", found) + (isMore ? " and more" : "");
    }
}
