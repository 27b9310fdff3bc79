using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Cli;

/// <summary>When a task begins: the options of <c>task submit</c> for it.</summary>
internal static class TaskStartOptions
{
    private const string Lengths = "write for instance 90s, 10m, 2h or 1d";

    public static (Option<DateTimeOffset?> At, Option<DateTimeOffset?> In, Option<string[]> After, Option<bool> Hold) Create() => (
        new("--at") { Description = "Begin at this instant, for instance 2026-11-22T09:00 or 17:30", HelpName = "TIME", CustomParser = At },
        new("--in") { Description = "Begin in so long, for instance 10m or 2h", HelpName = "TIME", CustomParser = In },
        new("--after") { Description = "Begin when this task is completed; may be repeated", HelpName = "ID" },
        new("--hold") { Description = "Begin when 'task release' says so" }
    );

    public static void Write(Utf8JsonWriter json, DateTimeOffset? at, string[]? after, bool hold)
    {
        if (at is { } instant) json.WriteString("startAt"u8, instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        if (after is { Length: > 0 }) json.WriteString("after"u8, string.Join(',', after));
        if (hold) json.WriteBoolean("hold"u8, true);
    }

    private static DateTimeOffset? At(ArgumentResult result)
    {
        var (text, now, local) = (result.Tokens[0].Value, DateTimeOffset.UtcNow, ZoneFiles.System.Read(null).Zone);
        // A time of the day that is over is meant tomorrow.
        if (text.Length > 0 && !char.IsAsciiLetter(text[^1]) && SinceText.TryParse(text, now, local, out var instant))
            return instant < now && !text.Contains('-') ? instant.AddDays(1) : instant;
        if (text.EndsWith('Z') && SinceText.TryParse(text, now, local, out instant)) return instant;
        result.AddError(
            $"--at does not understand '{ConsoleText.Printable(text)}'; write an instant such as 2026-11-22T09:00:00Z, or 17:30");
        return null;
    }

    private static DateTimeOffset? In(ArgumentResult result)
    {
        var (text, now, local) = (result.Tokens[0].Value, DateTimeOffset.UtcNow, ZoneFiles.System.Read(null).Zone);
        if (text.Length > 1 && char.IsAsciiLetterLower(text[^1]) && SinceText.TryParse(text, now, local, out var ago))
            return now + (now - ago);
        result.AddError($"--in does not understand '{ConsoleText.Printable(text)}'; {Lengths}");
        return null;
    }
}
