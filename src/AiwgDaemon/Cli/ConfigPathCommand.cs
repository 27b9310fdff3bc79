using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary><c>config path</c>: the file that would be read, whether it exists or not.</summary>
internal static class ConfigPathCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.File();
        var command = new Command("path", "Print the path of the configuration file") { file };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(ConfigCommand.PathOf(parsed, file)));
        return HelpScreen.WithExamples(command, "config path");
    }
}
