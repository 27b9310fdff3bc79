using System.CommandLine;
using AiwgDaemon.Config;

namespace AiwgDaemon.Cli;

/// <summary><c>config init</c>: a first configuration to edit; never overwrites one unless told so.</summary>
internal static class ConfigInitCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.File();
        var format = new Option<string>("--format")
        {
            Description = "yaml (default): commented, with all keys; json: the bare defaults",
            DefaultValueFactory = _ => "yaml",
        };
        format.AcceptOnlyFromAmong("yaml", "json");
        var force = new Option<bool>("--force") { Description = "Replace an existing file" };
        var command = new Command("init", "Write a first configuration") { file, format, force };
        command.SetAction(parsed =>
        {
            _ = ConfigCommand.ProjectOf(parsed, file, ExitCodes.Failure);
            var path = ConfigCommand.PathOf(parsed, file);
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (File.Exists(path) && !parsed.GetValue(force))
            {
                error.WriteLine($"{ConfigCommand.Shown(path)} exists already; edit it, or replace it with --force");
                return ExitCodes.Failure;
            }
            try
            {
                if (parsed.GetValue(format) == "json") ConfigLoader.WriteDefault(path);
                else ConfigLoader.WriteTemplate(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error.WriteLine($"{ConfigCommand.Shown(path)} cannot be written: {e.Message}");
                return ExitCodes.Failure;
            }
            output.WriteLine($"Wrote {ConfigCommand.Shown(path)}; check it with: aiwg-daemon config validate");
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "config init", "config init --format json --force");
    }
}
