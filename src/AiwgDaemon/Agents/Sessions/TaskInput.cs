using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>What a program is given at one start.</summary>
/// <param name="Path">The file that is its standard input, or that its arguments name.</param>
/// <param name="Argument">The same as text, if it is the last argument; else null.</param>
/// <param name="Session">The session that goes on; null: a new one.</param>
internal sealed record TaskInput(string Path, string? Argument, string? Session)
{
    /// <summary>A session that goes on is told the note alone: it knows the prompt. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if it cannot be written.</summary>
    public static TaskInput Of(AgentTask task, ProviderDefinition provider, TaskFolder folder)
    {
        var session = task.SessionProvider == provider.Name && provider.Resume is not null ? task.Session : null;
        var prompt = folder.Prompt(task.Number);
        var text = session is not null ? task.Note ?? GoOn : task.Note is { } note ? $"{prompt.TrimEnd()}\n\n{note}\n" : prompt;
        var path = ReferenceEquals(text, prompt) ? folder.FileOf(task.Number, "prompt.md") : folder.FileOf(task.Number, "input.md");
        if (!ReferenceEquals(text, prompt)) SecureFile.Replace(path, text, SecureFile.Private);
        return new TaskInput(path, provider.Prompt == PromptChannel.Argument ? text : null, session);
    }

    /// <summary>To a session that was interrupted, or could not go on for a while.</summary>
    public const string GoOn =
        "You were interrupted. Look at what is done already, and go on with the task where it stands.";
}
