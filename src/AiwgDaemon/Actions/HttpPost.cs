using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace AiwgDaemon.Actions;

/// <summary>
/// One HTTP/1.1 POST of a JSON document on a connection of its own (RFC 9112); only the status is read. HttpClient would
/// add 2.8 MB, a quarter of the whole binary, for redirects, pools and protocols that a notification has no use for.
/// </summary>
internal static class HttpPost
{
    private const int LongestStatusLine = 1024;

    /// <summary>
    /// The status code of the answer. <see cref="SocketException"/>, <see cref="AuthenticationException"/> or
    /// <see cref="IOException"/> where there is none; none of them is to be shown with its text, which may name the host.
    /// </summary>
    public static async Task<int> SendAsync(Uri url, ReadOnlyMemory<byte> json, CancellationToken token)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.DnsSafeHost, url.Port, token);
        await using var network = new NetworkStream(socket);
        if (url.Scheme == Uri.UriSchemeHttp) return await ExchangeAsync(network, url, json, token);
        await using var secure = new SslStream(network);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.DnsSafeHost }, token);
        return await ExchangeAsync(secure, url, json, token);
    }

    private static async Task<int> ExchangeAsync(Stream stream, Uri url, ReadOnlyMemory<byte> json, CancellationToken token)
    {
        // PathAndQuery and Authority are escaped by Uri: no line break can get into the head.
        var head = new StringBuilder($"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {HostOf(url)}\r\n");
        if (url.UserInfo.Length > 0)
            head.Append($"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo)))}\r\n");
        head.Append($"User-Agent: aiwg-daemon\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), token);
        await stream.WriteAsync(json, token);
        await stream.FlushAsync(token);
        return await ReadStatusAsync(stream, token);
    }

    private static string HostOf(Uri url) => url.IsDefaultPort ? url.IdnHostForHeader() : $"{url.IdnHostForHeader()}:{url.Port}";

    private static string IdnHostForHeader(this Uri url) => url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost;

    private static async Task<int> ReadStatusAsync(Stream stream, CancellationToken token)
    {
        var buffer = new byte[LongestStatusLine];
        while (true)
        {
            var line = await ReadLineAsync(stream, buffer, token);
            // HTTP-version SP status-code SP [reason]
            if (!line.StartsWith("HTTP/1.", StringComparison.Ordinal) || line.Length < 12
                || !int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
                throw new IOException("The answer is not HTTP/1.1");
            // An interim answer has its own, empty end of head; the real one follows.
            if (status is < 100 or >= 200) return status;
            while ((await ReadLineAsync(stream, buffer, token)).Length > 0) { /* the head of the interim answer */ }
        }
    }

    private static async Task<string> ReadLineAsync(Stream stream, byte[] buffer, CancellationToken token)
    {
        for (var length = 0; length < buffer.Length; length++)
        {
            if (await stream.ReadAsync(buffer.AsMemory(length, 1), token) == 0) throw new IOException("The connection ended before the answer");
            if (buffer[length] == '\n') return Encoding.ASCII.GetString(buffer, 0, length).TrimEnd('\r');
        }
        throw new IOException("The answer's line is too long");
    }
}
