using System.Globalization;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Cli;

/// <summary>How text may look where it goes: columns, and colour or not. Pure once made, so that screens can be tested.</summary>
internal readonly record struct TextStyle(bool Colour, int Width, bool Terminal)
{
    /// <summary>No width: on a pipe or in a file lines are whole, so that grep finds what they hold.</summary>
    public const int Unbounded = 1_000_000;

    private static Zone? _local;

    /// <summary>For pipes and files.</summary>
    public static TextStyle Plain { get; } = new(Colour: false, Unbounded, Terminal: false);

    /// <summary>The zone of instants on a terminal; null: that of this machine.</summary>
    public Zone? Zone { get; init; }

    /// <summary>What standard output is: colour only on a terminal, never with NO_COLOR or TERM=dumb.</summary>
    public static TextStyle OfOutput() => Of(1);

    /// <summary>What standard error is, by the same rules.</summary>
    public static TextStyle OfError() => Of(2);

    private static TextStyle Of(int descriptor)
    {
        var terminal = TerminalStream.IsTerminal(descriptor);
        var dumb = Environment.GetEnvironmentVariable("TERM") is "dumb" or null && !OperatingSystem.IsWindows();
        var colour = terminal && !dumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var width = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns > 0 ? columns
            : terminal ? TerminalStream.Size(descriptor)?.Columns ?? 80 : Unbounded;
        return new(colour, Math.Max(width, 40), terminal && !dumb);
    }

    /// <summary>A point in time: on a terminal as a clock here shows it, with the offset; else, and if it was asked for, in ISO 8601 UTC
    /// with milliseconds.</summary>
    public string Instant(DateTimeOffset instant, bool utc)
    {
        if (utc || !Terminal) return ConsoleText.Iso(instant);
        var zone = Zone ?? (_local ??= ZoneFiles.System.Read(null).Zone);
        // Offsets of the time before railways have seconds, which .NET does not take.
        var offset = TimeSpan.FromMinutes(Math.Round(TimeSpan.FromTicks(zone.At(instant.UtcTicks).Offset).TotalMinutes));
        return instant.ToOffset(offset).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
    }

    public string Bold(string text) => Paint("1", text);

    public string Dim(string text) => Paint("2", text);

    public string Red(string text) => Paint("31", text);

    public string Green(string text) => Paint("32", text);

    public string Yellow(string text) => Paint("33", text);

    private string Paint(string code, string text) => Colour && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
