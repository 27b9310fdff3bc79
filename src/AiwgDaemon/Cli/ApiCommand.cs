using System.CommandLine;
using System.Text;
using AiwgDaemon.Api;

namespace AiwgDaemon.Cli;

/// <summary><c>api schema</c>: the methods of the control socket as an OpenRPC document.</summary>
internal static class ApiCommand
{
    public static Command Create() =>
        HelpScreen.WithExamples(
            new Command("api", "The daemon's operations, for programs that call them over its socket") { Schema() },
            "api schema"
        );

    private static Command Schema()
    {
        var command = new Command("schema", "Print the methods of the socket with their JSON Schemas, as an OpenRPC document");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(Encoding.UTF8.GetString(OpenRpc.Write())));
        return HelpScreen.WithExamples(command, "api schema > aiwg-daemon.openrpc.json");
    }
}
