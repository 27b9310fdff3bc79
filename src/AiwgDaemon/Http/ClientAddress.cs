using System.Net;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Http;

/// <summary>Whose request it is: the peer's address, or what the proxies that the configuration trusts say about it.</summary>
internal static class ClientAddress
{
    /// <summary>
    /// The last entry of <c>X-Forwarded-For</c> that is no trusted proxy itself: a client can write what it likes before that one, and
    /// the entry itself was written by a proxy that is trusted.
    /// </summary>
    public static IPAddress? Of(HttpContext context, TrustedProxies trusted)
    {
        var address = context.Connection.RemoteIpAddress;
        if (!trusted.Has(address)) return address;
        var entries = context
            .Request.Headers["X-Forwarded-For"]
            .ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            if (Parse(entries[i]) is not { } entry) break;
            address = entry;
            if (!trusted.Has(entry)) break;
        }
        return address;
    }

    // Some proxies write the port too: 192.0.2.1:4711, [2001:db8::1]:4711.
    private static IPAddress? Parse(string entry) =>
        IPAddress.TryParse(entry, out var address) ? address : IPEndPoint.TryParse(entry, out var endpoint) ? endpoint.Address : null;
}
