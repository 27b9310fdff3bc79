namespace AiwgDaemon.Http;

/// <summary>Why a connection is ended without an answer.</summary>
/// <param name="Reason">One of few: each has its counter and its line in the log.</param>
/// <param name="Words">For the log.</param>
internal sealed record ConnectionEnd(string Reason, string Words)
{
    public static ConnectionEnd Silent { get; } = new("silent", "it said nothing for ten seconds");
    public static ConnectionEnd NoPlace { get; } = new("places", "there are too many, and its place went to another");
    public static ConnectionEnd NoHandshake { get; } = new("tls", "its TLS handshake failed, or took longer than five seconds");
    public static ConnectionEnd NotHttp { get; } = new("http", "what it sent is no HTTP/1.1 request that is taken");
}
