using System.Text.Json.Serialization;

namespace AiwgDaemon.Agents;

/// <summary>One task as <c>tasks/N/task.json</c> keeps it; the prompt and the result are files beside it.</summary>
internal sealed record AgentTask
{
    /// <summary>From 1; never used again.</summary>
    public required int Number { get; init; }

    public required string Provider { get; init; }

    public int Priority { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The event that asks for its run.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The run that has ended; null before.</summary>
    public string? RunId { get; init; }

    /// <summary>completed, failed, timeout, cancelled or lost; null while it has not ended.</summary>
    public string? Outcome { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>Why it failed, in words.</summary>
    public string? Error { get; init; }
}

[JsonSerializable(typeof(AgentTask))]
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
internal sealed partial class AgentTaskJsonContext : JsonSerializerContext;
