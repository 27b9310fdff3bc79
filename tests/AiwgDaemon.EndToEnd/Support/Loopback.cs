using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace AiwgDaemon.EndToEnd.Support;

/// <summary>A webhook's sender on this machine.</summary>
internal static class Loopback
{
    public const string Secret = "It's a Secret to Everybody";

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Posts GitHub's published test vector to /ci, signed with a secret.</summary>
    public static async Task<HttpStatusCode> PostAsync(int port, string secret)
    {
        var body = "Hello, World!"u8.ToArray();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{port}/ci"))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new("text/plain");
        request.Headers.Add(
            "X-Hub-Signature-256",
            $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}"
        );
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
