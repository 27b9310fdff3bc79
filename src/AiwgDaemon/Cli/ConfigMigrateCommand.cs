using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Config;
using AiwgDaemon.Config.Migration;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary><c>config migrate</c>: what a configuration of the Node.js daemons is in ours. It prints; only --write changes a
/// file.</summary>
internal static class ConfigMigrateCommand
{
    private const string TasksFile = "tasks.json";

    public static Command Create()
    {
        var file = ConfigCommand.File();
        file.Description = "The old file (default: .aiwg/daemon.json, else .aiwg/daemon.yaml)";
        var write = new Option<bool>("--write") { Description = "Write .aiwg/daemon.yaml; what is there is kept as daemon.yaml.old" };
        var command = new Command(
            "migrate",
            "Print the configuration of the Node.js daemon as one of this daemon, with a comment for each choice"
        )
        {
            write,
            file,
        };
        command.SetAction(parsed =>
        {
            var paths = new ProjectPaths(ConfigCommand.ProjectOf(parsed, file));
            var source = parsed.GetValue(file) is { } named ? Path.GetFullPath(named) : Default(paths);
            var tasks = Tasks(paths);
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            // Tasks alone are worth a file of defaults.
            var root =
                !File.Exists(source) && tasks.Count > 0
                    ? new MapNode(Place.None)
                    : ConfigLoader.ReadTree(source, out var errors)
                        ?? throw new CommandException(
                            (errors[0] with { File = ConfigCommand.Shown(errors[0].File) }).ToString(),
                            ExitCodes.InvalidConfiguration
                        );
            var target = Path.Combine(paths.Aiwg, "daemon.yaml");
            string[] head =
            [
                $"From {ConfigCommand.Shown(source)}, by 'aiwg-daemon config migrate'; check it with 'aiwg-daemon config validate'.",
                .. tasks,
            ];
            var text = OldFile.ToYaml(root, head, yaml =>
                ConfigLoader.Load(Encoding.UTF8.GetBytes(yaml), target, ConfigSurroundings.Of(ConfigPurpose.Read)).Errors
            );
            if (parsed.GetValue(write))
                error.WriteLine(Write(target, text));
            else
                output.Write(text);
            if (
                parsed.GetValue(file) is null
                && source.EndsWith(".json", StringComparison.Ordinal)
                && File.Exists(target)
                && !parsed.GetValue(write)
            )
                error.WriteLine($"{ConfigCommand.Shown(target)} is there too, and is what is read; --config names it as the old file");
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "config migrate", "config migrate --write");
    }

    private static string Default(ProjectPaths paths)
    {
        var json = Path.Combine(paths.Aiwg, "daemon.json");
        return File.Exists(json) ? json : Path.Combine(paths.Aiwg, "daemon.yaml");
    }

    private static string Write(string target, string text)
    {
        try
        {
            var kept = target + ".old";
            for (var i = 2; File.Exists(kept); i++) kept = $"{target}.old-{i}";
            var isThere = File.Exists(target);
            // A copy, not a move: at no moment is there no configuration.
            if (isThere) File.Copy(target, kept);
            ConfigLoader.WriteText(target, text);
            return $"Wrote {ConfigCommand.Shown(target)}{(isThere ? $"; what was there is {ConfigCommand.Shown(kept)}" : "")}; check it "
                + "with: aiwg-daemon config validate";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{ConfigCommand.Shown(target)} cannot be written: {e.Message}");
        }
    }

    /// <summary>What the old daemon's list of tasks holds, as comments; none if there is no list.</summary>
    private static IReadOnlyList<string> Tasks(ProjectPaths paths)
    {
        var path = Path.Combine(paths.Daemon, TasksFile);
        var shown = $"{ConfigCommand.Shown(path)} is left as it is; ";
        try
        {
            var comments = OldTasks.Comments(ForeignFile.ReadAll(path, ConfigLoader.MaxBytes, Links.Followed));
            return [shown + comments[0], .. comments.Skip(1)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [$"{shown}it is no list of tasks: {e.Message}"];
        }
    }
}
