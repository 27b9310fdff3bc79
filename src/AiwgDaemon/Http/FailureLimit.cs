using System.Net;

namespace AiwgDaemon.Http;

/// <summary>
/// Counts by address (IPv6: by /64) and minute the requests that proved nothing; what comes beyond 4,096 addresses shares one count.
/// A sender who knows the secret is never counted, whoever else comes from the same address.
/// </summary>
internal sealed class FailureLimit(TimeProvider time)
{
    private const int Addresses = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _counts = [];
    private long _minute;

    /// <summary>False if the address has had so many of this minute's failures; zero: no limit.</summary>
    public bool Admits(IPAddress? address, int perMinute)
    {
        if (perMinute == 0) return true;
        lock (_gate) return _counts.GetValueOrDefault(Counted(address)) < perMinute;
    }

    public void Count(IPAddress? address)
    {
        lock (_gate)
        {
            var key = Counted(address);
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>Who counts as one: an IPv4 address, or a /64 of IPv6.</summary>
    public static IPAddress Key(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }

    private IPAddress Counted(IPAddress? address)
    {
        var minute = time.GetTimestamp() / (time.TimestampFrequency * 60);
        if (minute != _minute)
        {
            _counts.Clear();
            _minute = minute;
        }
        var key = Key(address);
        return _counts.Count >= Addresses && !_counts.ContainsKey(key) ? IPAddress.None : key;
    }
}
