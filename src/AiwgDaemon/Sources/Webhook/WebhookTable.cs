using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>The configuration as requests need it, with the secrets read from the environment; replaced whole at a reload.</summary>
/// <param name="Options">The section.</param>
/// <param name="Routes">By the path as the server decodes it.</param>
/// <param name="HealthToken">What /health and /metrics ask for; null: no token.</param>
internal sealed record WebhookTable(WebhookOptions Options, ILookup<string, WebhookRoute> Routes, byte[]? HealthToken)
{
    public static WebhookTable Empty { get; } = new(new WebhookOptions(), Lookup([]), null);

    /// <summary>Nobody but this machine reaches the listener.</summary>
    public bool IsLoopbackOnly { get; } = IPAddress.IsLoopback(Address(Options.Host));

    /// <summary>An <see cref="IOException"/> where a secret is missing or an unsigned endpoint would be open to the network.</summary>
    public static WebhookTable Create(WebhookOptions options)
    {
        var isLoopback = IPAddress.IsLoopback(Address(options.Host));
        byte[]? token = null;
        if (options.HealthTokenEnv is { } variable)
        {
            token = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
                ? Encoding.UTF8.GetBytes(value)
                : throw new IOException(
                    $"{variable} is not set, and webhook.health_token_env names it; set the variable before the daemon starts"
                );
        }
        var routes = options.Endpoints.Select(endpoint =>
        {
            if (!endpoint.Signature.NeedsSecret && !isLoopback)
                throw new IOException(
                    $"The endpoint {endpoint.Path} has signature none and {options.Host} is reachable from outside; write a signature, "
                        + "or host: 127.0.0.1"
                );
            return new WebhookRoute(endpoint, endpoint.Signature.NeedsSecret ? Secrets(options, endpoint) : []);
        });
        return new WebhookTable(options, Lookup(routes.ToArray()), token);
    }

    public static IPAddress Address(string host) =>
        host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.Any,
            _ => IPAddress.TryParse(host, out var address)
                ? address
                : throw new IOException($"webhook.host {host} is not an address; write an IP address or localhost"),
        };

    /// <summary>
    /// Against DNS rebinding: a web page can make a browser send requests here under its own name, never under an
    /// address or a loopback name.
    /// </summary>
    public bool Allows(string host)
    {
        var name = host.Trim('[', ']');
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.Equals(Options.Host, StringComparison.OrdinalIgnoreCase))
            return true;
        if (IPAddress.TryParse(name, out var address) && (IPAddress.IsLoopback(address) || !IPAddress.IsLoopback(Address(Options.Host))))
            return true;
        return Options.AllowedHosts.Any(a => a == "*" || a.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    private static ILookup<string, WebhookRoute> Lookup(WebhookRoute[] routes) =>
        routes.ToLookup(r => DecodedPath(r.Endpoint.Path), StringComparer.Ordinal);

    // As the server decodes the path of a request: /caf%C3%A9 and /café are one.
    private static string DecodedPath(string path) => PathString.FromUriComponent(path).Value ?? "/";

    private static byte[][] Secrets(WebhookOptions options, WebhookEndpoint endpoint)
    {
        var names = endpoint.SecretEnv.Count > 0 ? endpoint.SecretEnv : options.SecretEnv;
        byte[][] secrets =
        [
            .. names
                .Select(Environment.GetEnvironmentVariable)
                .Where(v => !string.IsNullOrEmpty(v))
                .Select(v => Encoding.UTF8.GetBytes(v!)),
        ];
        return secrets.Length > 0
            ? secrets
            : throw new IOException(
                $"{string.Join(" and ", names)} is not set, and the endpoint {endpoint.Path} cannot verify requests without; set the "
                    + "variable before the daemon starts"
            );
    }
}

/// <summary>An endpoint with its secrets, any of which verifies.</summary>
internal sealed record WebhookRoute(WebhookEndpoint Endpoint, byte[][] Secrets);
