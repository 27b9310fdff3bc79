using System.Globalization;
using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Providers;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>Makes the task of a run that a rule, a job or a person has asked for by the name of an action.</summary>
internal static class TaskMaker
{
    /// <summary>The task without its prompt. A <see cref="TaskRefusal"/> says why it cannot be.</summary>
    /// <param name="number">Of the task.</param>
    /// <param name="request">The run.</param>
    /// <param name="options">The configuration in force.</param>
    /// <param name="now">When.</param>
    public static AgentTask Make(int number, ActionRequest request, AgentOptions options, DateTimeOffset now)
    {
        var action = request.Action;
        var provider = options.Provider(One(action, "provider"));
        var untrusted = EventTrust.Untrusted(request.Events);
        return new AgentTask
        {
            Number = number,
            Provider = provider.Name,
            Model = One(action, "model"),
            Permission = untrusted is null
                ? Word(One(action, "permission")) ?? provider.Permission
                : Word(One(action, "untrusted_permission")) ?? options.UntrustedPermission,
            Priority = action.Priority,
            CreatedAt = now,
            EventId = request.Events[0].Id,
            RuleId = TaskBook.RuleOf(request.RuleId),
            Untrusted = untrusted,
            NeedsApproval = One(action, "approve") is { } approve ? approve == "always" : untrusted is not null && options.ApproveUntrusted,
            IsIsolated = One(action, "isolation") is { } word ? word == "worktree" : options.IsIsolated,
            Verify = action.Field("verify") is { Count: > 0 } argv ? argv : null,
            StallMinutes = One(action, "stall_minutes") is { } stall
                ? double.Parse(stall, CultureInfo.InvariantCulture)
                : AgentTask.DefaultStallMinutes,
            Attempts = Number(action, "attempts") ?? AgentTask.DefaultAttempts,
        };
    }

    /// <summary>What the agent is to do, and the events as data. A <see cref="TaskRefusal"/> says why it cannot be read.</summary>
    public static string Prompt(ActionRequest request, string project)
    {
        var prompt = One(request.Action, "prompt") ?? Read(Path.GetFullPath(One(request.Action, "prompt_file")!, project));
        if (string.IsNullOrWhiteSpace(prompt)) throw new TaskRefusal("The prompt is empty");
        return EventFence.Append(prompt, request.Events);
    }

    private static string Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var bytes = new byte[TaskFolder.LargestPrompt + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > TaskFolder.LargestPrompt)
                throw new TaskRefusal($"The prompt in {file} is larger than {TaskFolder.LargestPrompt / 1024} KB");
            return Encoding.UTF8.GetString(bytes, 0, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TaskRefusal($"The prompt cannot be read: {e.Message}");
        }
    }

    private static string? One(ActionDefinition action, string key) => action.Field(key) is [var value] ? value : null;

    private static int? Number(ActionDefinition action, string key) =>
        One(action, key) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static AgentPermission? Word(string? word) => word is null ? null : Enum.Parse<AgentPermission>(word, ignoreCase: true);
}
