using System.CommandLine;
using System.CommandLine.Parsing;

namespace AiwgDaemon.Cli;

/// <summary><c>pause</c> and <c>resume</c>: no run starts in between, and nothing is lost.</summary>
internal static class PauseCommand
{
    public static Command Create()
    {
        var length = new Option<TimeSpan?>("--for")
        {
            Description = "How long, for instance 90s, 10m, 2h or 1d (default: until 'resume')",
            HelpName = "TIME",
            CustomParser = Parse,
        };
        var command = new Command("pause", "Start no action until 'resume', also over a restart; what runs goes on") { length };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var span = parsed.GetValue(length);
            daemon.Call("automation.pause", json =>
            {
                if (span is { } limited) json.WriteNumber("seconds"u8, (long)Math.Ceiling(limited.TotalSeconds));
            });
            parsed.InvocationConfiguration.Output.WriteLine(
                span is { } time
                    ? $"Paused until {TextStyle.OfOutput().Instant(DateTimeOffset.UtcNow + time, utc: false)}; '{CommandLine.Program} "
                        + "resume' ends it before"
                    : $"Paused; '{CommandLine.Program} resume' ends it"
            );
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "pause", "pause --for 2h");
    }

    public static Command CreateResume()
    {
        var command = new Command("resume", "Start actions again after 'pause'");
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var resumed = daemon.Call("automation.resume").GetProperty("resumed"u8).GetBoolean();
            parsed.InvocationConfiguration.Output.WriteLine(resumed ? "Resumed" : "Nothing was paused");
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "resume");
    }

    private static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var now = DateTimeOffset.UtcNow;
        if (
            text.Length > 0
            && char.IsAsciiLetter(text[^1])
            && SinceText.TryParse(text, now, Sources.Cron.Zones.Zone.Utc, out var instant)
            && instant < now
        )
            return now - instant;
        result.AddError($"--for does not understand '{ConsoleText.Printable(text)}'; write 90s, 10m, 2h or 1d");
        return null;
    }
}
