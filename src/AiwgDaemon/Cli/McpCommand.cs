using System.CommandLine;
using AiwgDaemon.Api;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Mcp;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Cli;

/// <summary><c>mcp</c>: the Model Context Protocol on standard input and output, for coding agents.</summary>
internal static class McpCommand
{
    public static Command Create()
    {
        var allow = Allow();
        var command = new Command("mcp", "Serve the Model Context Protocol on standard input and output, for coding agents")
        {
            allow,
            McpInstallCommand.Create(),
        };
        command.SetAction(parsed =>
        {
            var allowed = AccessWords.Parse(parsed.GetValue(allow)!);
            Serve(GlobalOptions.ProjectOf(parsed), allowed, Console.OpenStandardInput(), TerminalStream.Output());
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "mcp", "mcp --allow submit");
    }

    /// <summary>The option that says what an agent may do.</summary>
    public static Option<string> Allow()
    {
        var allow = new Option<string>("--allow")
        {
            Description = "What an agent may do: read, submit (events, tasks) or control (runs, rules, reload)",
            HelpName = "ACCESS",
            DefaultValueFactory = static _ => AccessWords.Of(Access.Read),
        };
        allow.AcceptOnlyFromAmong(AccessWords.All);
        return allow;
    }

    /// <summary>Returns when the input ends.</summary>
    public static void Serve(ProjectPaths paths, Access allowed, Stream from, Stream to)
    {
        var output = new McpOutput(to);
        var log = new McpLog(output);
        var files = new DaemonApi(new StoppedDaemon(paths), TimeProvider.System, NullLogger.Instance);
        var door = new DaemonDoor(paths.Socket, files, log);
        var resources = new McpResources(door);
        var server = new McpServer(new McpInput(from), output, end => new McpMethods(
            new ToolCaller(door, allowed),
            resources,
            new McpSubscriptions(resources, output, TimeProvider.System, end),
            new McpPrompts(paths.Project),
            log,
            output
        ));
        server.Run();
    }
}
