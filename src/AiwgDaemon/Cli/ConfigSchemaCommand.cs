using System.CommandLine;
using System.Text;
using AiwgDaemon.Config;

namespace AiwgDaemon.Cli;

/// <summary><c>config schema</c>: the JSON Schema of the configuration.</summary>
internal static class ConfigSchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Print the JSON Schema of the configuration");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(Encoding.UTF8.GetString(ConfigSchema.Write())));
        return HelpScreen.WithExamples(command, "config schema > .aiwg/daemon.schema.json");
    }
}
