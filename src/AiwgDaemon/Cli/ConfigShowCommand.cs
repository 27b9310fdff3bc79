using System.CommandLine;
using AiwgDaemon.Config;

namespace AiwgDaemon.Cli;

/// <summary><c>config show</c>: what holds, defaults filled in, and where each value comes from.</summary>
internal static class ConfigShowCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.File();
        var command = new Command("show", "Show the effective configuration with the origin of each value") { file };
        command.SetAction(parsed =>
        {
            var (listing, errors) = ConfigLoader.List(ConfigCommand.ProjectOf(parsed, file), parsed.GetValue(file));
            ConfigCommand.Print(parsed.InvocationConfiguration.Error, errors, "");
            if (errors.Count > 0) return ExitCodes.InvalidConfiguration;
            parsed.InvocationConfiguration.Output.Write(listing);
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "config show");
    }
}
