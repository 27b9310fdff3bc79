using System.Net;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Counts requests by address (IPv6: by /64) and minute; what comes beyond 4,096 addresses shares one count.</summary>
internal sealed class AddressLimit(TimeProvider time)
{
    private const int Addresses = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _counts = [];
    private long _minute;

    public bool Admits(IPAddress? address, int perMinute)
    {
        if (perMinute == 0) return true;
        var key = Key(address);
        var minute = time.GetTimestamp() / (time.TimestampFrequency * 60);
        lock (_gate)
        {
            if (minute != _minute)
            {
                _counts.Clear();
                _minute = minute;
            }
            if (_counts.Count >= Addresses && !_counts.ContainsKey(key)) key = IPAddress.None;
            var count = _counts.GetValueOrDefault(key);
            if (count >= perMinute) return false;
            _counts[key] = count + 1;
            return true;
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
}
