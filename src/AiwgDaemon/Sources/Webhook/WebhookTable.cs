using System.Text;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>The configuration as requests need it, with the secrets read from the environment.</summary>
/// <param name="Options">The section.</param>
/// <param name="Routes">By the path as the server decodes it.</param>
internal sealed record WebhookTable(WebhookOptions Options, ILookup<string, WebhookRoute> Routes)
{
    /// <summary>An <see cref="IOException"/> if a secret is missing or an unsigned endpoint would be open to the network.</summary>
    public static WebhookTable Create(WebhookOptions options, bool isLocal)
    {
        var routes = options.Endpoints.Select(endpoint =>
        {
            if (!endpoint.Signature.NeedsSecret && !isLocal)
                throw new IOException(
                    $"The endpoint {endpoint.Path} has signature none and the server is reachable from outside; write a signature, "
                        + "or host: 127.0.0.1"
                );
            return new WebhookRoute(endpoint, endpoint.Signature.NeedsSecret ? Secrets(options, endpoint) : []);
        });
        return new WebhookTable(options, routes.ToArray().ToLookup(r => DecodedPath(r.Endpoint.Path), StringComparer.Ordinal));
    }

    // As the server decodes the path of a request: /caf%C3%A9 and /café are one.
    private static string DecodedPath(string path) => PathString.FromUriComponent(path).Value ?? "/";

    private static byte[][] Secrets(WebhookOptions options, WebhookEndpoint endpoint)
    {
        var names = endpoint.SecretEnv.Count > 0 ? endpoint.SecretEnv : options.SecretEnv;
        foreach (var name in names)
            if (
                Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
                && !endpoint.Signature.Takes(Encoding.UTF8.GetBytes(value))
            )
                throw new IOException(
                    $"{name} is not {endpoint.Signature.SecretNoun}, which the endpoint {endpoint.Path} verifies with; set it to what the "
                        + "sender shows"
                );
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
