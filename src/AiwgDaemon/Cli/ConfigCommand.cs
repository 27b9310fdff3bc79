using System.CommandLine;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary><c>config</c>: write, check and show the configuration; none of it needs a daemon.</summary>
internal static class ConfigCommand
{
    public static Option<string?> File() =>
        new("--config") { Description = "Configuration file (default: .aiwg/daemon.yaml of the project)", HelpName = "FILE" };

    public static Command Create() => HelpScreen.WithExamples(
        new Command("config", "Write, check and show the configuration")
        {
            ConfigInitCommand.Create(),
            ConfigValidateCommand.Create(),
            ConfigShowCommand.Create(),
            ConfigSchemaCommand.Create(),
            ConfigPathCommand.Create(),
            ConfigMigrateCommand.Create(),
        },
        "config init",
        "config validate",
        "config show");

    /// <summary>The file that the command line means.</summary>
    public static string PathOf(ParseResult parsed, Option<string?> file) =>
        ConfigLoader.Find(GlobalOptions.DirectoryOf(parsed).Project, parsed.GetValue(file));

    /// <summary>The project, for reading its configuration. A <see cref="CommandException"/> if the file's directory cannot be
    /// one.</summary>
    public static string ProjectOf(ParseResult parsed, Option<string?> file, int failure = ExitCodes.InvalidConfiguration)
    {
        var paths = GlobalOptions.DirectoryOf(parsed);
        return parsed.GetValue(file) is null && ProjectFault.OfFolder(paths) is { } fault
            ? throw new CommandException(fault, failure)
            : paths.Project;
    }

    /// <summary>The configuration that the command line means: a file that is named, else that of the running daemon, else the project's
    /// own.</summary>
    public static ProjectConfiguration Seen(ParseResult parsed, Option<string?> file)
    {
        _ = ProjectOf(parsed, file);
        return ProjectConfiguration.Of(GlobalOptions.DirectoryOf(parsed), parsed.GetValue(file));
    }

    /// <summary>What somebody should know who looks at this file now: that it is not the project's own, or what the daemon needs beyond
    /// it.</summary>
    public static void PrintSurroundings(TextWriter writer, ProjectConfiguration seen, IEnumerable<ConfigError> warnings)
    {
        if (seen.IsFollowed) writer.WriteLine(Followed(seen));
        Print(writer, warnings.Where(w => w.Concern == ConfigConcern.Start), "warning: ");
    }

    public static string Followed(ProjectConfiguration seen) =>
        $"{ConsoleText.Printable(Shown(seen.Path))} is what the running daemon works by; --config names another file";

    /// <summary>Warnings and errors, one a line, with short paths if the file is below the working directory.</summary>
    public static void Print(TextWriter writer, IEnumerable<ConfigError> entries, string prefix)
    {
        foreach (var entry in entries)
            writer.WriteLine(prefix + ConsoleText.Printable((entry with { File = Shown(entry.File) }).ToString()));
    }

    /// <summary>A line that begins with a file's path, with the path as <see cref="Shown"/>.</summary>
    public static string ShownLine(string line)
    {
        var here = Path.TrimEndingDirectorySeparator(Environment.CurrentDirectory) + Path.DirectorySeparatorChar;
        return line.StartsWith(here, StringComparison.Ordinal) ? line[here.Length..] : line;
    }

    public static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
