using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary><c>cron</c>: questions about expressions; needs no daemon and no project.</summary>
internal static class CronCommand
{
    public static Command Create() => new("cron", "Ask when a cron expression fires and what it means");
}
