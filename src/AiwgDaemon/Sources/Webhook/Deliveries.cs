using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>What is known of a delivery.</summary>
internal enum DeliveryState
{
    New,
    InProgress,
    Accepted,
}

/// <summary>Remembers the last 65,536 deliveries by endpoint and id, so that each is taken once.</summary>
internal sealed class Deliveries
{
    private const int Limit = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, bool> _accepted = [];
    private readonly Queue<UInt128> _order = new();

    /// <summary>
    /// What names a delivery: an id means something only to the endpoint it was sent to, by the method and the path that the configuration
    /// writes and not as the request spells them. Half of a SHA-256, so that tens of thousands are a few megabytes and nobody can make two
    /// of them meet.
    /// </summary>
    public static UInt128 Key(string method, string endpoint, string id) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{method} {endpoint} {id}")));

    /// <summary>Of an event that a delivery became; null if its sender named none.</summary>
    public static UInt128? KeyOf(DaemonEvent @event)
    {
        try
        {
            var payload = @event.PayloadJson;
            return payload.TryGetProperty("delivery_id"u8, out var id) && id.GetString() is { } text
                && payload.TryGetProperty("method"u8, out var method) && payload.TryGetProperty("endpoint"u8, out var endpoint)
                    ? Key(method.GetString() ?? "", endpoint.GetString() ?? "", text)
                    : null;
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException)
        {
            // A damaged line that is still an event: its sender is not known.
            return null;
        }
    }

    public DeliveryState Begin(UInt128 key)
    {
        lock (_gate)
        {
            if (_accepted.TryGetValue(key, out var accepted)) return accepted ? DeliveryState.Accepted : DeliveryState.InProgress;
            _accepted.Add(key, false);
            return DeliveryState.New;
        }
    }

    /// <summary>It is on the disk, or (<paramref name="accepted"/> false) it may be tried again.</summary>
    public void End(UInt128 key, bool accepted)
    {
        lock (_gate)
        {
            if (!accepted)
            {
                _accepted.Remove(key);
                return;
            }
            _accepted[key] = true;
            _order.Enqueue(key);
            if (_order.Count > Limit) _accepted.Remove(_order.Dequeue());
        }
    }
}
