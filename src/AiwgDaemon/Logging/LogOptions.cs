using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Logging;

internal enum LogFormat
{
    Text,
    Json,
}

/// <summary>Section <c>daemon.log</c>.</summary>
internal sealed record LogOptions
{
    /// <summary>A file that would grow past this is rotated; fractions allowed.</summary>
    public double MaxSizeMb { get; init; } = 50;

    /// <summary>Rotated files that are kept besides the current one.</summary>
    public int MaxFiles { get; init; } = 5;

    public LogLevel Level { get; init; } = LogLevel.Information;

    public LogFormat Format { get; init; } = LogFormat.Text;
}
