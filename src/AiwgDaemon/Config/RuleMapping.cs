using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Agents;
using AiwgDaemon.Bus;
using AiwgDaemon.Config.Yaml;
using AiwgDaemon.Globs;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Config;

/// <summary>Rules, and what they run, of a file that has been found valid: no checks here.</summary>
internal static class RuleMapping
{
    private static readonly string AgentWord = ActionKinds.Of(ActionType.Agent).Name;

    public static Rule Rule(RuleSection rule, Dictionary<string, ActionDefinition> actions) => new()
    {
        Id = rule.Id,
        Enabled = rule.Enabled,
        Event = Match(rule.Event),
        Action = Resolve(rule.Action, rule.Id, actions),
        Cooldown = TimeSpan.FromMinutes(rule.CooldownMinutes),
        Settle = TimeSpan.FromMilliseconds(rule.SettleMs),
        OnBusy = ConfigWord.To<OnBusy>(rule.OnBusy),
        Retries = rule.Retries,
        RetryDelay = rule.RetrySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        OnLost = ConfigWord.To<OnLost>(rule.OnLost),
        IgnoreOwnChanges = rule.IgnoreOwnChanges,
    };

    public static Rule JobRule(JobSection job, Dictionary<string, ActionDefinition> actions) => new()
    {
        Id = Rules.Rule.OfJob + job.Id,
        // The job itself decides whether it fires; `actions run` and catch-up find their rule in any case.
        Event = new() { Source = EventSource.Schedule, JobId = job.Id },
        Action = Resolve(job.Action, job.Id, actions) with { PingUrlEnv = job.PingUrlEnv },
        OnBusy = ConfigWord.To<OnBusy>(job.Overlap),
    };

    private static EventMatch Match(EventSection section) => new()
    {
        Source = section.Source is { } source ? ConfigWord.To<EventSource>(source) : null,
        Type = section.Type,
        PathPatterns = [.. section.PathPattern.Select(Pattern)],
        Endpoint = section.Endpoint,
        JobId = section.JobId,
        Match = [.. section.Match.Select(p => Condition(p.Key, p.Value))],
    };

    private static Glob Pattern(string text) =>
        Glob.TryParse(text, out var glob, out var error) ? glob! : throw new FormatException($"{text} was checked and {error}");

    private static PayloadCondition Condition(string path, List<string> values)
    {
        var comparison = values[0] switch
        {
            "!=" => Comparison.NotEqual,
            "<" => Comparison.Less,
            "<=" => Comparison.LessOrEqual,
            ">" => Comparison.Greater,
            ">=" => Comparison.GreaterOrEqual,
            _ => Comparison.Equal,
        };
        if (!PayloadPath.TryParse(path, out var keys)) throw new FormatException($"{path} was checked and is no path");
        return new(keys, comparison, [.. values.Skip(comparison == Comparison.Equal ? 0 : 1).Select(Json)]);
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>A name of <c>actions:</c>, the daemon's own doctor, or else the words of an aiwg command.</summary>
    private static ActionDefinition Resolve(ActionSection section, string owner, Dictionary<string, ActionDefinition> actions)
    {
        if (section.Ref is not { } name) return Action(section, owner);
        if (actions.TryGetValue(name, out var action)) return action;
        return name == "doctor"
            ? new() { Name = name, Type = ActionType.Doctor, Argv = [name] }
            : new() { Name = name, Type = ActionType.Cli, Argv = [name] };
    }

    public static ActionDefinition Action(ActionSection section, string name)
    {
        var action = new ActionDefinition
        {
            Name = name,
            Type = ActionKinds.Find(section.Type)!.Type,
            Timeout = section.TimeoutMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            Env = section.Env,
            PassEnv = section.PassEnv,
            Cwd = section.Cwd,
            EnvFile = section.EnvFile,
            OnlyIf = section.OnlyIf,
            SuccessExitCodes = section.SuccessExitCodes.Count > 0 ? section.SuccessExitCodes : [0],
            Input = ConfigWord.To<ActionInput>(section.Stdin),
            Nice = section.Nice,
            // A lane of their own.
            Group = section.Type == AgentWord ? AgentOptions.Group : section.Group,
            Priority = section.Priority,
        };
        return ActionFields.Put(action, section.Fields);
    }
}
