namespace AiwgDaemon.Actions.Http;

/// <summary>A request without its URL, which is a secret and kept apart.</summary>
internal sealed record HttpRequest
{
    public required string Method { get; init; }

    /// <summary>Names are tokens, values have no control characters; none of those that describe the connection or the length.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [("Content-Type", "application/json")];

    /// <summary>Null: none, and no length is said.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }
}

/// <summary>What is read of an answer.</summary>
/// <param name="Status">From 200 to 599.</param>
/// <param name="Location">Where a redirect leads; null if it says nothing.</param>
internal readonly record struct HttpAnswer(int Status, string? Location);
