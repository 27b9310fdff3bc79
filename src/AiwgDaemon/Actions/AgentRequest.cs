using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace AiwgDaemon.Actions;

/// <summary>
/// What the event says that asks for the run of an agent: the task, whose files have the prompt, and its priority. The prompt itself is
/// never in an event, so that it never gets among the arguments of a program.
/// </summary>
/// <param name="Task">The number of the task, from 1.</param>
/// <param name="Priority">Higher runs first.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AgentRequest(int Task, int Priority)
{
    private const string Prefix = "task-";

    /// <summary>As people name a task: <c>task-0001</c>.</summary>
    public static string NameOf(int task) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{task:0000}");

    /// <summary>The number in such a name, or alone; null if it is none.</summary>
    public static int? NumberOf(string name)
    {
        var digits = name.StartsWith(Prefix, StringComparison.Ordinal) ? name.AsSpan(Prefix.Length) : name;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
    }

    /// <summary>Null if the event asks for no task.</summary>
    public static AgentRequest? Of(DaemonEvent request)
    {
        if (request.PayloadJson is not { ValueKind: JsonValueKind.Object } payload) return null;
        if (!payload.TryGetProperty("task"u8, out var task) || task.ValueKind != JsonValueKind.String) return null;
        if (NumberOf(task.GetString()!) is not { } number) return null;
        var priority = 0;
        if (payload.TryGetProperty("priority"u8, out var given) && given.ValueKind == JsonValueKind.Number)
            _ = given.TryGetInt32(out priority);
        return new AgentRequest(number, priority);
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("task"u8, NameOf(Task));
        json.WriteNumber("priority"u8, Priority);
        json.WriteEndObject();
    }
}
