using AiwgDaemon.Config;

namespace AiwgDaemon.Api.Files;

/// <summary>What the files of a project tell, whether its daemon runs or not.</summary>
internal sealed record ProjectFiles
{
    /// <summary>The project's directory.</summary>
    public required string Project { get; init; }

    /// <summary>The daemon's log.</summary>
    public required string Log { get; init; }

    /// <summary>The directory of the journal.</summary>
    public required string Events { get; init; }

    /// <summary>The directory of the runs' output.</summary>
    public required string Output { get; init; }

    /// <summary>Looks at all that surrounds the daemon.</summary>
    public required Func<IReadOnlyList<Finding>> Examine { get; init; }

    /// <summary>Checks the configuration, or this text in its place.</summary>
    public required Func<byte[]?, CheckedConfiguration> Check { get; init; }

    /// <summary>The configuration with defaults filled in and the origin of each value; never a secret.</summary>
    public required Func<ListedConfiguration> List { get; init; }
}

/// <summary>A configuration that was read, or what is wrong with it.</summary>
internal sealed record CheckedConfiguration(string File, ConfigResult Result);

/// <summary>A configuration as text; empty if it is not valid.</summary>
internal sealed record ListedConfiguration(string File, string Text, IReadOnlyList<ConfigError> Errors);
