namespace AiwgDaemon.Agents.Providers;

/// <summary>The arguments of one start. Pure; what cannot be said to the program is a <see cref="ProviderException"/>.</summary>
internal static class ProviderCommand
{
    private const int LongestSession = 128;

    /// <param name="provider">The program.</param>
    /// <param name="permission">What the agent may do.</param>
    /// <param name="model">Null: the program's own choice.</param>
    /// <param name="session">The session to continue; null starts a new one.</param>
    /// <param name="promptFile">The file that holds the prompt.</param>
    /// <param name="argument">The prompt, for <see cref="PromptChannel.Argument"/> only.</param>
    public static IReadOnlyList<string> Build(
        ProviderDefinition provider,
        AgentPermission permission,
        string? model,
        string? session,
        string promptFile,
        string? argument = null
    )
    {
        if (!provider.Permissions.TryGetValue(permission, out var allowed))
            throw new ProviderException(
                $"{provider.Name} has no permission '{permission.ToString().ToLowerInvariant()}'; use one of "
                    + string.Join(", ", provider.Permissions.Keys.Select(p => p.ToString().ToLowerInvariant()))
            );
        var words = new List<string>();
        words.AddRange(session is null ? provider.Start : Continue(provider, session));
        words.AddRange(allowed);
        if (model is not null) words.AddRange(Model(provider, model));
        words.AddRange(provider.Arguments);
        for (var i = 0; i < words.Count; i++)
            words[i] = words[i].Replace(ProviderDefinition.PromptFile, promptFile, StringComparison.Ordinal);
        if (provider.Prompt == PromptChannel.Argument)
        {
            // A prompt that begins with a dash must not become an option.
            if (argument is null) throw new ProviderException($"{provider.Name} takes its prompt as an argument and was given none");
            words.Add(argument.StartsWith('-') ? " " + argument : argument);
        }
        return words;
    }

    /// <summary>True if it may stand among arguments: the id comes from the program's output, which an agent can influence.</summary>
    public static bool IsSession(string id) =>
        id.Length is > 0 and <= LongestSession && id[0] != '-' && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static IEnumerable<string> Continue(ProviderDefinition provider, string session)
    {
        if (provider.Resume is null) throw new ProviderException($"{provider.Name} cannot continue a session; start the task anew");
        if (!IsSession(session)) throw new ProviderException("The id of the session has characters that no session's id has");
        return provider.Resume.Select(word => word.Replace(ProviderDefinition.Session, session, StringComparison.Ordinal));
    }

    private static string[] Model(ProviderDefinition provider, string model)
    {
        if (provider.ModelFlag is null) throw new ProviderException($"{provider.Name} takes no model; remove the key model");
        return model.StartsWith('-') ? throw new ProviderException($"'{model}' is no name of a model") : [provider.ModelFlag, model];
    }
}
