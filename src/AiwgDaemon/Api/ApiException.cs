namespace AiwgDaemon.Api;

/// <summary>A call that is answered with an error; the message is a sentence for the person behind the client.</summary>
internal sealed class ApiException(int code, string message, IReadOnlyList<string>? details = null) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>For instance each error of a configuration.</summary>
    public IReadOnlyList<string> Details { get; } = details ?? [];
}
