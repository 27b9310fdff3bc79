namespace AiwgDaemon.Config;

/// <summary>What reading a configuration gave: the configuration, or everything that is wrong with it.</summary>
internal sealed record ConfigResult
{
    /// <summary>Null exactly if <see cref="Errors"/> has entries.</summary>
    public DaemonConfiguration? Configuration { get; init; }

    /// <summary>In the file's order.</summary>
    public required IReadOnlyList<ConfigError> Errors { get; init; }

    /// <summary>What is accepted but deserves a word; there even if the configuration is not.</summary>
    public IReadOnlyList<ConfigError> Warnings { get; init; } = [];
}
