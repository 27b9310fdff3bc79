using System.Net;

namespace AiwgDaemon.Http;

/// <summary>Proxies whose <c>X-Forwarded-For</c> is believed.</summary>
/// <param name="Networks">Their addresses.</param>
/// <param name="Unix">Whoever connects to a Unix socket is one.</param>
internal sealed record TrustedProxies(IReadOnlyList<IPNetwork> Networks, bool Unix)
{
    /// <summary>The word for <see cref="Unix"/> in the configuration.</summary>
    public const string UnixWord = "unix";

    public static TrustedProxies None { get; } = new([], false);

    /// <summary>As the configuration writes them.</summary>
    public IEnumerable<string> Names => [.. Networks.Select(n => n.ToString()), .. Unix ? [UnixWord] : Array.Empty<string>()];

    /// <param name="address">Null: the peer is at the other end of a Unix socket.</param>
    public bool Has(IPAddress? address)
    {
        if (address is null) return Unix;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in Networks)
            if (network.Contains(address)) return true;
        return false;
    }
}
