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
            var seen = ConfigCommand.Seen(parsed, file);
            var (listing, errors, warnings) = ConfigLoader.List(seen.Path, seen.Surroundings);
            ConfigCommand.Print(parsed.InvocationConfiguration.Error, errors, "");
            ConfigCommand.PrintSurroundings(parsed.InvocationConfiguration.Error, seen, warnings);
            if (errors.Count > 0) return ExitCodes.InvalidConfiguration;
            parsed.InvocationConfiguration.Output.Write(listing);
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "config show");
    }
}
