using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary>The whole command line: one line a verb, in the order of the help screen.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Watches a project's files, fires cron jobs, takes webhooks, and runs actions.");
        root.Options.Add(GlobalOptions.Project);
        return root;
    }
}
