using System.CommandLine;
using System.CommandLine.Parsing;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Cli;

/// <summary>An option that takes a point in the past, as <see cref="SinceText"/> reads it.</summary>
internal static class TimeOption
{
    public static Option<DateTimeOffset?> Create(string name, string description) =>
        new(name) { Description = description, HelpName = "TIME", CustomParser = result => Parse(result, name) };

    private static DateTimeOffset? Parse(ArgumentResult result, string name)
    {
        var text = result.Tokens[0].Value;
        if (SinceText.TryParse(text, DateTimeOffset.UtcNow, ZoneFiles.System.Read(null).Zone, out var instant))
            return instant;
        result.AddError(
            $"{name} does not understand '{ConsoleText.Printable(text)}'; write an instant such as 2026-11-22T09:00:00Z, or 10m, 2h, 1d"
        );
        return null;
    }
}
