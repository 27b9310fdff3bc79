using AiwgDaemon.Api.Schema;

namespace AiwgDaemon.Api;

/// <summary>Reads the parameters of a call, and writes exactly one JSON value.</summary>
internal delegate ValueTask Answer(ApiCall call);

/// <summary>One operation of the daemon: a row of the table that every door offers.</summary>
/// <param name="Name">As clients call it: <c>event.emit</c>.</param>
/// <param name="Access">What it does to the daemon.</param>
/// <param name="Summary">One or two sentences for people who write clients.</param>
/// <param name="Answer">Does it.</param>
internal sealed record Operation(string Name, Access Access, string Summary, Answer Answer)
{
    public Operation(string name, Access access, string summary, Action<ApiCall> answer)
        : this(name, access, summary, call =>
        {
            answer(call);
            return default;
        }) { }

    /// <summary>True if files answer it: who has no daemon to ask answers it by itself.</summary>
    public bool FromFiles { get; init; }

    /// <summary>Made when somebody asks: a call needs none of it.</summary>
    public Func<IReadOnlyList<Parameter>> Parameters { get; init; } = static () => [];

    /// <summary>Made when somebody asks.</summary>
    public required Func<JsonSchema> Result { get; init; }
}

/// <summary>A parameter by its name. Its schema tells what it means; an optional one may also be null.</summary>
internal sealed record Parameter(string Name, JsonSchema Schema, bool IsRequired = false);
