using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary><c>config path</c>: the file that would be read, whether it exists or not.</summary>
internal static class ConfigPathCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.File();
        var command = new Command("path", "Print the path of the configuration file (example: $EDITOR \"$(aiwg-daemon config path)\")") { file };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(ConfigCommand.PathOf(parsed, file)));
        return command;
    }
}
