using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary>How text may look where it goes: columns, and colour or not. Pure once made, so that screens can be tested.</summary>
internal readonly record struct TextStyle(bool Colour, int Width, bool Terminal)
{
    /// <summary>For pipes and files.</summary>
    public static TextStyle Plain { get; } = new(Colour: false, Width: 80, Terminal: false);

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
            : terminal ? TerminalStream.Size(descriptor)?.Columns : null;
        return new(colour, Math.Max(width ?? 80, 40), terminal && !dumb);
    }

    public string Bold(string text) => Paint("1", text);

    public string Dim(string text) => Paint("2", text);

    public string Red(string text) => Paint("31", text);

    public string Green(string text) => Paint("32", text);

    public string Yellow(string text) => Paint("33", text);

    private string Paint(string code, string text) => Colour && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
