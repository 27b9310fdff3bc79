namespace AiwgDaemon.Agents.Providers;

/// <summary>The providers that are known by their type. Each call makes its record anew: a daemon without agents pays
/// nothing.</summary>
internal static class ProviderCatalogue
{
    /// <summary>The types that a provider of the configuration may have without argv.</summary>
    public static IReadOnlyList<string> Types => ["claude", "codex", "opencode", "gemini"];

    /// <summary>Null if there is no such type.</summary>
    /// <param name="type">The type in the configuration.</param>
    /// <param name="name">The provider's name in the configuration.</param>
    public static ProviderDefinition? Find(string type, string name) =>
        type switch
        {
            "claude" => Claude(name),
            "codex" => Codex(name),
            "opencode" => OpenCode(name),
            "gemini" => Gemini(name),
            _ => null,
        };

    /// <summary>A program of the user's. It is trusted to keep to the permission itself, which it finds in AIWG_PERMISSION.</summary>
    public static ProviderDefinition Command(string name, IReadOnlyList<string> argv, PromptChannel prompt) =>
        new()
        {
            Name = name,
            Program = argv[0],
            Start = [.. argv.Skip(1)],
            Permissions = Permissions([], [], []),
            Prompt = prompt,
            Format = StreamFormat.Text,
        };

    private static ProviderDefinition Claude(string name) =>
        new()
        {
            Name = name,
            Program = "claude",
            Start = ["-p", "--output-format", "stream-json", "--verbose"],
            Resume = ["-p", "--output-format", "stream-json", "--verbose", "--resume", ProviderDefinition.Session],
            ModelFlag = "--model",
            Permissions = Permissions(
                ["--permission-mode", "plan"],
                ["--permission-mode", "acceptEdits"],
                ["--permission-mode", "bypassPermissions"]
            ),
            Prompt = PromptChannel.Input,
            Format = StreamFormat.Claude,
            CredentialVariables = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"],
        };

    // 'exec resume' has no --sandbox; the override of the configuration is understood by both.
    private static ProviderDefinition Codex(string name) =>
        new()
        {
            Name = name,
            Program = "codex",
            Start = ["exec", "--json", "--skip-git-repo-check", "-"],
            Resume = ["exec", "resume", "--json", "--skip-git-repo-check", ProviderDefinition.Session, "-"],
            ModelFlag = "--model",
            Permissions = Permissions(
                ["-c", "sandbox_mode=\"read-only\""],
                ["-c", "sandbox_mode=\"workspace-write\""],
                ["-c", "sandbox_mode=\"danger-full-access\""]
            ),
            Prompt = PromptChannel.Input,
            Format = StreamFormat.Codex,
            CredentialVariables = ["OPENAI_API_KEY", "CODEX_API_KEY"],
        };

    // Its permissions are in files of its own but for the agents 'plan' and 'build'; neither was run here.
    private static ProviderDefinition OpenCode(string name) =>
        new()
        {
            Name = name,
            Program = "opencode",
            Start = ["run", "--format", "json"],
            Resume = ["run", "--format", "json", "--session", ProviderDefinition.Session],
            ModelFlag = "--model",
            Permissions = Permissions(["--agent", "plan"], ["--agent", "build"], null),
            Prompt = PromptChannel.Input,
            Format = StreamFormat.OpenCode,
        };

    private static ProviderDefinition Gemini(string name) =>
        new()
        {
            Name = name,
            Program = "gemini",
            Start = ["--output-format", "stream-json"],
            Resume = ["--output-format", "stream-json", "--resume", ProviderDefinition.Session],
            ModelFlag = "--model",
            Permissions = Permissions(["--approval-mode", "plan"], ["--approval-mode", "auto_edit"], ["--approval-mode", "yolo"]),
            Prompt = PromptChannel.Input,
            Format = StreamFormat.Gemini,
            CredentialVariables = ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        };

    private static Dictionary<AgentPermission, IReadOnlyList<string>> Permissions(string[] plan, string[] edit, string[]? full)
    {
        var words = new Dictionary<AgentPermission, IReadOnlyList<string>>
        {
            [AgentPermission.Plan] = plan,
            [AgentPermission.Edit] = edit,
        };
        if (full is not null) words[AgentPermission.Full] = full;
        return words;
    }
}
