using System.Text.Json;

namespace AiwgDaemon.Config.Migration;

/// <summary>The old daemon's <c>tasks.json</c> as comments: tasks are no part of a configuration, and the file stays as it is.
/// Pure.</summary>
internal static class OldTasks
{
    private const int LongestPrompt = 4000;

    /// <summary>A line that says what there is, and one for each task. A <see cref="JsonException"/> or
    /// <see cref="InvalidOperationException"/> if it is no list of tasks.</summary>
    public static IReadOnlyList<string> Comments(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var list =
            document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement : document.RootElement.GetProperty("tasks"u8);
        var tasks = list.EnumerateArray().ToList();
        var states = tasks.CountBy(State).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Value} {s.Key}");
        var comments = new List<string> { tasks.Count == 0 ? "it has no tasks" : $"it has {string.Join(", ", states)}" };
        comments.AddRange(tasks.Select(Line));
        return comments;
    }

    // What was running when the old daemon ended is lost; what waited has not been done.
    private static string Line(JsonElement task)
    {
        if (task.ValueKind != JsonValueKind.Object) return $"is no task: {task.GetRawText()}";
        var state = State(task);
        var fate = state switch
        {
            "queued" or "pending" => "queued, not done: submit it again",
            "running" => "running when the old daemon ended: lost",
            _ => state,
        };
        var prompt = Text(task, "prompt");
        if (prompt.Length > LongestPrompt) prompt = prompt[..LongestPrompt] + "…";
        return $"{Text(task, "id")} ({fate}{Part(task, "agent")}{Part(task, "priority")}{Part(task, "createdAt")}): {prompt}";
    }

    private static string Part(JsonElement task, string name) => Text(task, name) is { Length: > 0 } text ? $", {name} {text}" : "";

    private static string State(JsonElement task) =>
        task.ValueKind == JsonValueKind.Object && task.TryGetProperty("state", out var state) && state.ValueKind == JsonValueKind.String
            ? state.GetRawText().Trim('"')
            : "unknown";

    // As JSON has it, without its quotes: line ends stay escapes, and no half of a character fails.
    private static string Text(JsonElement task, string name) =>
        task.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value.GetRawText().Trim('"') : "";
}
