using System.CommandLine;
using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Control;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary><c>reload</c>: the running daemon checks its configuration file and applies what changed.</summary>
internal static class ReloadCommand
{
    public static Command Create()
    {
        var command = new Command("reload", "Check the configuration file and apply what changed to the running daemon (same as SIGHUP)");
        command.SetAction(
            async (parsed, token) =>
            {
                var paths = GlobalOptions.ProjectOf(parsed);
                using var client = (RunningDaemon.Find(paths) is null ? null : ControlClient.TryConnect(paths.Socket))
                    ?? throw DaemonCall.NobodyListens(paths);
                try
                {
                    JsonElement result;
                    using (
                        new ProgressLine(parsed.InvocationConfiguration.Error, () => "Waiting for the daemon to apply the configuration")
                    )
                        result = await client.CallAsync("daemon.reload", token: token);
                    var output = parsed.InvocationConfiguration.Output;
                    var changes = result.GetProperty("changes"u8);
                    output.WriteLine(changes.GetArrayLength() == 0 ? "Reloaded: nothing changed" : "Reloaded:");
                    foreach (var change in changes.EnumerateArray())
                        output.WriteLine($"  {change.GetString()}");
                    return ExitCodes.Success;
                }
                catch (ApiException e) when (e.Code == ApiError.InvalidConfiguration)
                {
                    foreach (var detail in e.Details)
                        parsed.InvocationConfiguration.Error.WriteLine(ConsoleText.Printable(ConfigCommand.ShownLine(detail)));
                    throw new CommandException(e.Message, ExitCodes.InvalidConfiguration);
                }
            }
        );
        return HelpScreen.WithExamples(command, "reload");
    }
}
