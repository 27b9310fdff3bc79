using System.Buffers.Text;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Logging;

/// <summary>Which lines of a log are wanted, decided on the first bytes of a line. What is no line of ours (no time, no level) always
/// is.</summary>
internal sealed record LogFilter(LogLevel Level = LogLevel.Trace, DateTimeOffset? Since = null)
{
    /// <summary>So many bytes of a line are enough to decide.</summary>
    public const int HeadLength = 72;

    public static LogFilter All { get; } = new();

    public bool IsAll => Level <= LogLevel.Debug && Since is null;

    public bool Matches(ReadOnlySpan<byte> line)
    {
        if (IsAll || !TryParse(line, out var time, out var level)) return true;
        return level >= Level && (Since is not { } since || time >= since);
    }

    /// <summary>True if the line is older than what is wanted, and with it all lines before it.</summary>
    public bool EndsBefore(ReadOnlySpan<byte> line) => Since is { } since && TryParse(line, out var time, out _) && time < since;

    /// <summary>Reads time and level of a text or JSON line.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out DateTimeOffset time, out LogLevel level)
    {
        (time, level) = (default, LogLevel.None);
        var json = line.StartsWith("{\"timestamp\":\""u8);
        if (!json && !line.StartsWith("["u8)) return false;
        var rest = line[(json ? 14 : 1)..];
        if (rest.Length < 24 || rest[23] != (byte)'Z' || !TryParseTime(rest, out time)) return false;
        rest = rest[24..];
        var between = json ? "\",\"level\":\""u8 : "] "u8;
        if (!rest.StartsWith(between)) return false;
        rest = rest[between.Length..];
        level = rest.StartsWith("debug"u8) ? LogLevel.Debug
            : rest.StartsWith("info"u8) ? LogLevel.Information
            : rest.StartsWith("warn"u8) ? LogLevel.Warning
            : rest.StartsWith("error"u8) ? LogLevel.Error : LogLevel.None;
        return level != LogLevel.None;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        // Utf8Parser knows the round-trip form, which has seven digits of a second.
        Span<byte> full = stackalloc byte[28];
        text[..23].CopyTo(full);
        "0000Z"u8.CopyTo(full[23..]);
        return Utf8Parser.TryParse(full, out time, out var used, 'O') && used == full.Length;
    }
}
