namespace AiwgDaemon.Config;

/// <summary>Who reads a configuration, which decides whether a variable that is not set is an error and what to do about it.</summary>
internal enum ConfigPurpose
{
    /// <summary>A daemon that starts: it gets the environment of this process.</summary>
    Start,

    /// <summary>A daemon that runs: its environment is that of its start, whatever a shell has set since.</summary>
    Reload,

    /// <summary>A command that shows or checks the file: the daemon's environment may be another one.</summary>
    Read,
}

/// <summary>What a configuration is checked against besides itself.</summary>
internal sealed class ConfigSurroundings
{
    public ConfigPurpose Purpose { get; init; }

    /// <summary>The value of an environment variable; null if it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Whether the running daemon has a variable that this process does not have.</summary>
    public Func<string, bool> IsSetInDaemon { get; init; } = static _ => false;

    /// <summary>As this process sees them.</summary>
    public static ConfigSurroundings Of(ConfigPurpose purpose) =>
        new() { Purpose = purpose, Variable = Environment.GetEnvironmentVariable };

    /// <summary>What is said of variables that are not set: where, and how to set them.</summary>
    public (string Where, string Cure) Unset(string names)
    {
        var first = names.Split(',')[0];
        var service = $"for the service write {first}=… into .aiwg/daemon/environment";
        return Purpose switch
        {
            ConfigPurpose.Start => ("", $"set the variable before the daemon starts: export {first}=…; {service}"),
            ConfigPurpose.Reload => (
                " in the running daemon",
                $"export in a shell does not reach it: export {first}=… and then 'aiwg-daemon restart'; {service} and restart it"
            ),
            _ => (" in this shell", $"the daemon needs it when it starts: export {first}=…; {service}"),
        };
    }
}
