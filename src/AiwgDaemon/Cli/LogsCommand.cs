using System.CommandLine;
using System.Text;
using AiwgDaemon.Logging;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Cli;

/// <summary><c>logs</c>: the end of the daemon's log, across rotated files; needs no live daemon.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var lines = LinesOption.Create("How many lines from the end (default: 50)", 50L);
        var follow = new Option<bool>("--follow", "-f")
        {
            Description = "Stay and print what is added; rotation and restarts do not end it",
        };
        var level = new Option<string>("--level")
        {
            Description = "Only this level and worse: debug, info, warn, error",
            HelpName = "LEVEL",
        };
        level.AcceptOnlyFromAmong("debug", "info", "warn", "error");
        var since = TimeOption.Create("--since", "Only from then on: an instant in ISO 8601, or 90s, 10m, 2h, 1d ago");
        var command = new Command("logs", "Show the end of the daemon's log") { lines, follow, level, since };
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetValue(lines);
            var filter = new LogFilter(LevelOf(parsed.GetValue(level)), parsed.GetValue(since));
            // A time was asked for and no number: everything since then.
            if (filter.Since is not null && parsed.GetResult(lines) is null or { Implicit: true }) wanted = long.MaxValue;
            return Run(GlobalOptions.ProjectOf(parsed).Log, wanted, parsed.GetValue(follow), filter, parsed.InvocationConfiguration.Output);
        });
        return HelpScreen.WithExamples(command, "logs", "logs --lines 200", "logs --follow --level warn", "logs --since 2h");
    }

    private static int Run(string path, long lines, bool follow, LogFilter filter, TextWriter output)
    {
        using var tail = new LogTail(path, filter, text => output.Write(Encoding.UTF8.GetString(text)));
        var found = tail.PrintLast(lines, follow);
        output.Flush();
        if (!follow)
            return found
                ? ExitCodes.Success
                : throw new CommandException(
                    $"There is no log at {path}: the daemon has not been started in this project; start it with 'aiwg-daemon start'"
                );
        tail.Follow(output.Flush, OutputReader.Gone());
        return ExitCodes.Success;
    }

    private static LogLevel LevelOf(string? word) => word switch
    {
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Trace,
    };
}
