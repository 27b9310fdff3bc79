using System.Net;

namespace AiwgDaemon.Http;

/// <summary>What the server serves: replaced whole at a reload, under open connections.</summary>
/// <param name="Options">Whom it serves.</param>
/// <param name="Routes">The first that has a path answers it; what none of them has, the first refuses.</param>
internal sealed record HttpSite(HttpOptions Options, IReadOnlyList<IHttpRoutes> Routes)
{
    public static HttpSite Empty { get; } = new(new HttpOptions(), []);

    /// <summary>
    /// Against DNS rebinding: a web page can make a browser send requests here under its own name, never under an address or a loopback
    /// name.
    /// </summary>
    public bool Allows(string host)
    {
        var name = host.Trim('[', ']');
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        foreach (var listen in Options.Listen)
            if (name.Equals(listen.Host, StringComparison.OrdinalIgnoreCase)) return true;
        if (IPAddress.TryParse(name, out var address) && (IPAddress.IsLoopback(address) || !Options.IsLocal)) return true;
        return Options.AllowedHosts.Any(a => a == "*" || a.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
