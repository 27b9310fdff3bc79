using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary><c>status</c>: one screen about the daemon, from the lock and state.json alone.</summary>
internal static class StatusCommand
{
    public static Command Create() => HelpScreen.WithExamples(new("status", "Show whether the daemon runs, how it fares and what it does"), "status");
}
