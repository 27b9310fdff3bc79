using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace AiwgDaemon.Actions.Http;

/// <summary>
/// One HTTP/1.1 request on a connection of its own (RFC 9112); only the head of the answer is read. HttpClient would add 2.8 MB, a quarter
/// of the whole binary, for pools and protocols that an action has no use for.
/// </summary>
internal static class HttpExchange
{
    private const int LongestLine = 8 * 1024;
    private const int MostHeaders = 200;

    /// <summary>
    /// The answer. <see cref="SocketException"/>, <see cref="AuthenticationException"/> or
    /// <see cref="IOException"/> if there is none; none of them is to be shown with its text, which may name the host.
    /// </summary>
    public static async Task<HttpAnswer> SendAsync(Uri url, HttpRequest request, CancellationToken token)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.DnsSafeHost, url.Port, token);
        await using var network = new NetworkStream(socket);
        if (url.Scheme == Uri.UriSchemeHttp) return await ExchangeAsync(network, url, request, token);
        await using var secure = new SslStream(network);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.DnsSafeHost }, token);
        return await ExchangeAsync(secure, url, request, token);
    }

    private static async Task<HttpAnswer> ExchangeAsync(Stream stream, Uri url, HttpRequest request, CancellationToken token)
    {
        // PathAndQuery and Authority are escaped by Uri: no line break can get into the head.
        var head = new StringBuilder($"{request.Method} {url.PathAndQuery} HTTP/1.1\r\nHost: {HostOf(url)}\r\n");
        if (url.UserInfo.Length > 0 && !Has(request, "Authorization"))
            head.Append($"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo)))}\r\n");
        if (!Has(request, "User-Agent")) head.Append("User-Agent: aiwg-daemon\r\n");
        foreach (var (name, value) in request.Headers)
            if (request.Body is not null || !name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                head.Append($"{name}: {value}\r\n");
        if (request.Body is { } length)
            head.Append($"Content-Length: {length.Length}\r\n");
        head.Append("Connection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head.ToString()), token);
        if (request.Body is { } body) await stream.WriteAsync(body, token);
        await stream.FlushAsync(token);
        return await ReadAnswerAsync(stream, token);
    }

    private static bool Has(HttpRequest request, string header) =>
        request.Headers.Any(h => h.Name.Equals(header, StringComparison.OrdinalIgnoreCase));

    private static string HostOf(Uri url) => url.IsDefaultPort ? url.IdnHostForHeader() : $"{url.IdnHostForHeader()}:{url.Port}";

    private static string IdnHostForHeader(this Uri url) => url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost;

    private static async Task<HttpAnswer> ReadAnswerAsync(Stream stream, CancellationToken token)
    {
        var buffer = new byte[LongestLine];
        while (true)
        {
            var line = await ReadLineAsync(stream, buffer, token);
            // HTTP-version SP status-code SP [reason]
            if (!line.StartsWith("HTTP/1.", StringComparison.Ordinal) || line.Length < 12
                || !int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
                throw new IOException("The answer is not HTTP/1.1");
            // Nobody has to wait for the rest of an answer whose status says it all.
            if (status is < 100 or (>= 200 and < 300) or >= 400) return new(status, null);
            string? location = null;
            for (var headers = 0; (line = await ReadLineAsync(stream, buffer, token)).Length > 0; headers++)
            {
                if (headers == MostHeaders) throw new IOException("The answer has too many headers");
                if (line.StartsWith("Location:", StringComparison.OrdinalIgnoreCase)) location = line["Location:".Length..].Trim();
            }
            // An interim answer has its own, empty end of head; the real one follows.
            if (status >= 300) return new(status, location);
        }
    }

    private static async Task<string> ReadLineAsync(Stream stream, byte[] buffer, CancellationToken token)
    {
        for (var length = 0; length < buffer.Length; length++)
        {
            if (await stream.ReadAsync(buffer.AsMemory(length, 1), token) == 0)
                throw new IOException("The connection ended before the answer");
            if (buffer[length] == '\n')
                return Encoding.ASCII.GetString(buffer, 0, length).TrimEnd('\r');
        }
        throw new IOException("The answer's line is too long");
    }
}
