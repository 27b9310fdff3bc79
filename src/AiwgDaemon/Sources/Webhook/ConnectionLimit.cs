using System.Net;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// At most 2,048 connections that have said nothing yet, which cost next to nothing, and 128 others. A further one still gets in: it
/// takes the place of the one whose first byte or last answer is longest ago, of the address (IPv6: /64) that holds most. What is
/// being published stays.
/// </summary>
internal sealed class ConnectionLimit(int silent = 2048, int speaking = ConnectionLimit.Speaking)
{
    public const int Speaking = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Holder> _holders = [];
    // Each in the order of coming, or of the last answer.
    private readonly LinkedList<Place> _silent = new(), _speaking = new();
    private int _round;

    /// <summary>A place for a connection that has said nothing yet.</summary>
    public Place Enter(IPAddress? remote, Action abort)
    {
        var address = AddressLimit.Key(remote);
        Place place;
        Place? loser;
        lock (_gate)
        {
            loser = MakeRoom(_silent, silent);
            if (!_holders.TryGetValue(address, out var holder)) _holders.Add(address, holder = new Holder(address));
            holder.Places++;
            place = new Place(this, holder, _round, abort);
            place.Node = _silent.AddLast(place);
        }
        // Outside of the lock: it runs what waits for the connection's end.
        loser?.Abort();
        return place;
    }

    /// <summary>Ends those that have said nothing since the last call of this.</summary>
    public void EndSilent()
    {
        var losers = new List<Place>();
        lock (_gate)
        {
            while (_silent.First?.Value is { } first && first.Round < _round)
            {
                losers.Add(first);
                Remove(first);
            }
            _round++;
        }
        foreach (var loser in losers) loser.Abort();
    }

    // False where it has lost its place, or all are taken by requests that are being published.
    private bool Speak(Place place)
    {
        Place? loser = null;
        lock (_gate)
        {
            if (place.Node?.List is not { } from) return false;
            if (from == _silent)
            {
                loser = MakeRoom(_speaking, speaking);
                if (loser is null && _speaking.Count >= speaking) return false;
            }
            from.Remove(place.Node);
            _speaking.AddLast(place.Node);
        }
        loser?.Abort();
        return true;
    }

    private Place? MakeRoom(LinkedList<Place> places, int most)
    {
        if (places.Count < most) return null;
        Place? loser = null;
        foreach (var place in places)
            if (!place.IsPublishing && place.Holder.Places > (loser?.Holder.Places ?? 0)) loser = place;
        if (loser is not null) Remove(loser);
        return loser;
    }

    private void Leave(Place place)
    {
        lock (_gate)
            if (place.Node?.List is not null) Remove(place);
    }

    private void Remove(Place place)
    {
        place.Node!.List!.Remove(place.Node);
        if (--place.Holder.Places == 0) _holders.Remove(place.Holder.Address);
    }

    /// <summary>How many places an address holds.</summary>
    internal sealed class Holder(IPAddress address)
    {
        public IPAddress Address => address;

        public int Places { get; set; }
    }

    /// <summary>What one connection holds; disposed when it ends.</summary>
    internal sealed class Place(ConnectionLimit limit, Holder holder, int round, Action abort) : IDisposable
    {
        private volatile bool _isPublishing;
        private volatile Action _abort = abort;

        public Holder Holder => holder;

        public ConnectionLimit Limit => limit;

        public LinkedListNode<Place>? Node { get; set; }

        public bool IsPublishing => _isPublishing;

        /// <summary>Of the rounds of dropping the silent, the one it came in.</summary>
        public int Round => round;

        public void Abort() => _abort();

        /// <summary>Its first byte has come, and it is ended in another way now; false where there is no room for it.</summary>
        public bool Speaks(Action end)
        {
            _abort = end;
            return limit.Speak(this);
        }

        /// <summary>Its sender is known by a signature: until the result is disposed, the place goes to nobody else.</summary>
        public Publishing Publishes()
        {
            _isPublishing = true;
            return new Publishing(this);
        }

        public void Dispose() => limit.Leave(this);

        internal readonly struct Publishing(Place place) : IDisposable
        {
            public void Dispose()
            {
                place._isPublishing = false;
                place.Limit.Speak(place);
            }
        }
    }
}
