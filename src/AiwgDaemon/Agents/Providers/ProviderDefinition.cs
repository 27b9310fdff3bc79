namespace AiwgDaemon.Agents.Providers;

/// <summary>What an agent may do, one word for all providers.</summary>
internal enum AgentPermission
{
    /// <summary>Reads only.</summary>
    Plan,

    /// <summary>Changes files.</summary>
    Edit,

    /// <summary>Everything that this user may; never for what an untrusted event asks.</summary>
    Full,
}

/// <summary>How a program is given its prompt.</summary>
internal enum PromptChannel
{
    Input,

    /// <summary>The word <see cref="ProviderDefinition.PromptFile"/> of the arguments becomes the path of a file.</summary>
    File,

    /// <summary>The last argument, which other users of the machine can read: only for a prompt without data of events.</summary>
    Argument,
}

/// <summary>What a program writes to its standard output.</summary>
internal enum StreamFormat
{
    Claude,
    Codex,
    OpenCode,
    Gemini,
    Text,
}

/// <summary>A program that runs an agent, as data: how it is started, how a session is resumed and how its output is read.</summary>
internal sealed record ProviderDefinition
{
    /// <summary>Among <see cref="Start"/>: stands for the path of the file with the prompt.</summary>
    public const string PromptFile = "{prompt_file}";

    /// <summary>Among <see cref="Resume"/>: stands for the session's id.</summary>
    public const string Session = "{session}";

    /// <summary>The name in the configuration.</summary>
    public required string Name { get; init; }

    public required string Program { get; init; }

    /// <summary>The arguments of a new session.</summary>
    public required IReadOnlyList<string> Start { get; init; }

    /// <summary>The arguments that continue a session; null if the program cannot.</summary>
    public IReadOnlyList<string>? Resume { get; init; }

    /// <summary>The option in front of a model's name; null if the program takes none.</summary>
    public string? ModelFlag { get; init; }

    /// <summary>The arguments of each permission. A permission that is missing is not offered.</summary>
    public required IReadOnlyDictionary<AgentPermission, IReadOnlyList<string>> Permissions { get; init; }

    /// <summary>Arguments of the configuration, behind all others.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public required PromptChannel Prompt { get; init; }

    public required StreamFormat Format { get; init; }

    /// <summary>Variables of the daemon that the program needs to reach its account, although they are secret.</summary>
    public IReadOnlyList<string> CredentialVariables { get; init; } = [];
}
