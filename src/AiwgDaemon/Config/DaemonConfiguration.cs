using AiwgDaemon.Actions;
using AiwgDaemon.Agents;
using AiwgDaemon.Bus;
using AiwgDaemon.Http;
using AiwgDaemon.Logging;
using AiwgDaemon.Rules;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Webhook;

namespace AiwgDaemon.Config;

/// <summary>A whole configuration that has been found valid: immutable, defaults filled in.</summary>
internal sealed record DaemonConfiguration
{
    /// <summary>The file it was read from; absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Short hash of the file's bytes: 16 hex digits.</summary>
    public required string Hash { get; init; }

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Running actions get this long after SIGTERM at shutdown.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Apply the file when it changes.</summary>
    public bool ReloadOnChange { get; init; }

    public LogOptions Log { get; init; } = new();

    public HistoryOptions History { get; init; } = new();

    public ActionOptions Limits { get; init; } = new();

    public WatchOptions Watch { get; init; } = new();

    public ScheduleOptions Schedule { get; init; } = new();

    public WebhookOptions Webhook { get; init; } = new();

    /// <summary>The server that the webhook is on.</summary>
    public HttpOptions Http { get; init; } = new();

    public AgentOptions Agents { get; init; } = new();

    /// <summary><c>actions:</c> by name.</summary>
    public IReadOnlyDictionary<string, ActionDefinition> Actions { get; init; } =
        new Dictionary<string, ActionDefinition>(StringComparer.Ordinal);

    /// <summary><c>rules:</c> in the file's order, followed by the implicit rule <c>job:ID</c> of each scheduled job.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>How much of what there is, for people: <c>1 watched path, 0 jobs, 2 rules</c>; endpoints if there are any.</summary>
    public string Contents
    {
        get
        {
            var endpoints = Webhook.Endpoints.Count == 0 ? "" : Count(Webhook.Endpoints.Count, "endpoint") + ", ";
            return $"{Count(Watch.Paths.Count, "watched path")}, {Count(Schedule.Jobs.Count, "job")}, "
                + $"{endpoints}{Count(Rules.Count - Schedule.Jobs.Count, "rule")}";

            static string Count(int n, string noun) => n == 1 ? $"1 {noun}" : $"{n} {noun}s";
        }
    }

    /// <summary>What is accepted but deserves a word: old spellings, unset variables. Each in the form of an error.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
