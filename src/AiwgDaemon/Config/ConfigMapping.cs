using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Config.Yaml;
using AiwgDaemon.Logging;
using AiwgDaemon.Rules;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.Sources.Webhook.Signing;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Config;

/// <summary>Makes the options that the features own of a file that has been found valid: no checks here.</summary>
internal static class ConfigMapping
{
    public static DaemonConfiguration Map(ConfigFile file, string path, string hash, IReadOnlyList<string> warnings)
    {
        var actions = file.Actions.ToDictionary(p => p.Key, p => RuleMapping.Action(p.Value, p.Key), StringComparer.Ordinal);
        var daemon = file.Daemon;
        var agents = AgentMapping.Agents(file.Agents, daemon.MaxParallelActions);
        return new()
        {
            Path = path,
            Hash = hash,
            Warnings = warnings,
            HeartbeatInterval = TimeSpan.FromSeconds(daemon.HeartbeatIntervalSeconds),
            ShutdownGrace = TimeSpan.FromSeconds(daemon.ShutdownGraceSeconds),
            ReloadOnChange = daemon.ReloadOnChange,
            Log = new()
            {
                MaxSizeMb = daemon.Log.MaxSizeMb,
                MaxFiles = daemon.Log.MaxFiles,
                Level = Level(daemon.Log.Level),
                Format = ConfigWord.To<LogFormat>(daemon.Log.Format),
            },
            History = new()
            {
                EventsDays = daemon.History.EventsDays,
                ActionsKept = daemon.History.ActionsKept,
                ActionOutputMb = daemon.History.ActionOutputMb,
            },
            Limits = new()
            {
                MaxParallel = daemon.MaxParallelActions,
                Timeout = TimeSpan.FromMinutes(daemon.ActionTimeoutMinutes),
                Grace = TimeSpan.FromSeconds(daemon.ShutdownGraceSeconds),
                MaxOutputBytes = (long)(daemon.History.ActionOutputMb * 1024 * 1024),
                Kept = daemon.History.ActionsKept,
                SecretEnv = SecretVariables(file),
                Groups = AgentMapping.Groups(file, agents),
            },
            Watch = Watch(file.Watch),
            Schedule = new()
            {
                Enabled = file.Schedule.Enabled,
                Jobs = [.. file.Schedule.Jobs.Select(j => Job(j, file.Schedule.Timezone))],
            },
            Webhook = WebhookMapping.Webhook(file.Webhook),
            Http = WebhookMapping.Http(file.Webhook),
            Agents = agents,
            Actions = actions,
            Rules =
            [
                .. file.Rules.Select(r => RuleMapping.Rule(r, actions)),
                .. file.Schedule.Jobs.Select(j => RuleMapping.JobRule(j, actions)),
            ],
        };
    }

    private static WatchOptions Watch(WatchSection watch) =>
        new()
        {
            Enabled = watch.Enabled,
            Paths =
            [
                .. watch.Paths.Select(p => new WatchPath
                {
                    Path = p.Path,
                    Events = p.Events.Aggregate(FileEvents.None, (all, e) => all | ConfigWord.To<FileEvents>(e)),
                    Extensions = p.Extensions,
                    Ignore = p.Ignore,
                }),
            ],
            Ignore = watch.Ignore,
            GitIgnore = watch.Gitignore,
            Debounce = TimeSpan.FromMilliseconds(watch.DebounceMs),
            MaxWait = TimeSpan.FromMilliseconds(watch.MaxWaitMs),
            Polling = ConfigWord.To<Polling>(watch.Polling),
        };

    private static CronJob Job(JobSection job, string timezone)
    {
        CronExpression? cron = null;
        if (job.Cron is { } text && !CronExpression.TryParse(text, out cron, out var error))
            throw new FormatException($"{text} was checked and {error}");
        var zone = job.Timezone ?? timezone;
        return new()
        {
            Id = job.Id,
            Cron = cron,
            Every = job.EveryMinutes is { } minutes ? TimeSpan.FromMilliseconds(Math.Round(minutes * 60_000)) : null,
            Action = job.Action.Ref ?? job.Id,
            TimeZone = zone == "local" ? null : zone,
            CatchUp = ConfigWord.To<CatchUp>(job.CatchUp),
            Enabled = job.Enabled,
            Jitter = TimeSpan.FromSeconds(job.JitterSeconds),
        };
    }

    /// <summary>Every variable that the daemon reads as a secret: not for actions that do not ask for it.</summary>
    private static string[] SecretVariables(ConfigFile file)
    {
        var actions = file.Actions.Values.Concat(file.Rules.Select(r => r.Action)).Concat(file.Schedule.Jobs.Select(j => j.Action));
        return
        [
            .. file
                .Webhook.SecretEnv.Concat(file.Webhook.Endpoints.SelectMany(e => e.SecretEnv))
                .Concat(
                    actions
                        .SelectMany(SecretVariables)
                        .Concat(file.Schedule.Jobs.Select(j => j.PingUrlEnv))
                        .Append(file.Webhook.HealthTokenEnv)
                        .OfType<string>()
                )
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<string> SecretVariables(ActionSection action)
    {
        foreach (var key in ActionKinds.Find(action.Type)?.Keys ?? [])
            if (action.Fields.TryGetValue(key.Name, out var values))
            {
                // Of a map of headers every second text is a variable.
                if (key.Form == KeyForm.SecretVariable) yield return values[0];
                if (key.Form == KeyForm.SecretHeaders) foreach (var variable in values.Where((_, i) => i % 2 == 1)) yield return variable;
            }
    }

    private static LogLevel Level(string word) => word switch
    {
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };
}
