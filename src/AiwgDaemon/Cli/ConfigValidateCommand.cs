using System.CommandLine;
using System.Text.Json;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Config;

namespace AiwgDaemon.Cli;

/// <summary>
/// <c>config validate</c>: everything that is wrong with the file, at once; exit code 5 if anything is. A variable that is not set in
/// this shell is a warning: a build server checks the file and has no secrets.
/// </summary>
internal static class ConfigValidateCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.File();
        var json = new Option<bool>("--json") { Description = "One JSON document" };
        var strict = new Option<bool>("--strict")
        {
            Description = "Also ask for what a start from this shell needs: variables that are set, certificates that are there",
        };
        var command = new Command("validate", "Check the configuration; exits with 5 where it is invalid") { file, json, strict };
        command.SetAction(parsed =>
        {
            var seen = ConfigCommand.Seen(parsed, file);
            var path = seen.Path;
            var result = parsed.GetValue(strict) ? ConfigLoader.Load(path, path, ConfigSurroundings.Of(ConfigPurpose.Start)) : seen.Load();
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(json)) output.WriteLine(Json(path, result));
            else
            {
                if (seen.IsFollowed) error.WriteLine(ConfigCommand.Followed(seen));
                ConfigCommand.Print(error, result.Errors, "");
                ConfigCommand.Print(error, result.Warnings, "warning: ");
                if (result.Configuration is { } valid)
                    output.WriteLine($"{ConfigCommand.Shown(path)} is valid: {valid.Contents}");
            }
            return result.Configuration is null ? ExitCodes.InvalidConfiguration : ExitCodes.Success;
        });
        return HelpScreen.WithExamples(
            command,
            "config validate",
            "config validate --config other.yaml --json",
            "config validate --strict"
        );
    }

    private static string Json(string path, ConfigResult result)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true })) ConfigJson.Write(writer, path, result);
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
