using System.CommandLine;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary><c>config path</c>: the file that the running daemon works by, or that a start would read, whether it exists or not.</summary>
internal static class ConfigPathCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.File();
        var command = new Command("path", "Print the path of the configuration file") { file };
        command.SetAction(parsed =>
            parsed.InvocationConfiguration.Output.WriteLine(
                ProjectConfiguration.Of(GlobalOptions.DirectoryOf(parsed), parsed.GetValue(file), asks: false).Path
            )
        );
        return HelpScreen.WithExamples(command, "config path");
    }
}
