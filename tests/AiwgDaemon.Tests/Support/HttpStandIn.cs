using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AiwgDaemon.Tests.Support;

/// <summary>A server on loopback that keeps each request as text and answers what it is told to; one request a connection.</summary>
internal sealed class HttpStandIn : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Task _loop;

    /// <param name="answer">Status line and headers for a request, without the empty line; empty: none at all, the connection stays
    /// open.</param>
    /// <param name="certificate">With one it speaks TLS.</param>
    public HttpStandIn(Func<string, string> answer, X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Requests { get; } = new();

    public static string Ok(string request) => "HTTP/1.1 200 OK";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using Stream plain = client.GetStream();
            await using var stream = _certificate is null ? plain : await SecureAsync(plain, _certificate);
            var request = await ReadAsync(stream);
            Requests.Enqueue(request);
            var answer = _answer(request);
            if (answer.Length > 0) await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\nContent-Length: 0\r\n\r\n"));
            // Until the client has had enough.
            else await stream.CopyToAsync(Stream.Null);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, as one does that does not trust the certificate.
        }
    }

    private static async Task<Stream> SecureAsync(Stream plain, X509Certificate2 certificate)
    {
        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(certificate);
        return secure;
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            var text = Encoding.UTF8.GetString([.. bytes]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var length = text[..end]
                    .Split("\r\n")
                    .FirstOrDefault(l => l.StartsWith("Content-Length: ", StringComparison.Ordinal))
                    ?["Content-Length: ".Length..]
                    ?? "0";
                if (bytes.Count >= Encoding.UTF8.GetByteCount(text[..(end + 4)]) + int.Parse(length, CultureInfo.InvariantCulture))
                    return text;
            }
            var count = await stream.ReadAsync(buffer);
            if (count == 0) return text;
            bytes.AddRange(buffer.AsSpan(0, count));
        }
    }
}
