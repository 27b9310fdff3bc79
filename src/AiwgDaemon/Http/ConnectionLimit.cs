using System.Net;

namespace AiwgDaemon.Http;

/// <summary>
/// At most 512 connections that have said nothing yet, which cost next to nothing, and 80 others. A further silent one takes the
/// place of the one that came first, of the address (IPv6: /64) that holds most. A further speaking one takes the place of the one
/// whose first byte or last answer is longest ago, but not less than 250 ms; until there is one it waits unread, so that
/// many senders at once are served one after the other and none is cut off. What is being published stays, and up to 32 whose answer
/// takes long stand aside and hold no place.
/// </summary>
internal sealed class ConnectionLimit : IDisposable
{
    public const int Speaking = 80;

    /// <summary>So many more may stand aside.</summary>
    public const int Aside = 32;

    private static readonly TimeSpan Tenure = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time;
    private readonly Action<ConnectionEnd, IPAddress?> _ended;
    private readonly int _mostSilent, _mostSpeaking;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Holder> _holders = [];
    // Each in the order of coming, or of the last answer.
    private readonly LinkedList<Place> _silent = new(), _waiting = new(), _speaking = new(), _aside = new();
    private int _round;

    /// <summary>Tells <paramref name="ended"/> of each that it ends, outside of all locks.</summary>
    public ConnectionLimit(TimeProvider time, Action<ConnectionEnd, IPAddress?> ended, int silent = 512, int speaking = Speaking)
    {
        (_time, _ended, _mostSilent, _mostSpeaking) = (time, ended, silent, speaking);
        _timer = time.CreateTimer(
            static limit => ((ConnectionLimit)limit!).AdmitWaiting(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>A place for a connection that has said nothing yet.</summary>
    public Place Enter(IPAddress? remote, Action abort)
    {
        var address = FailureLimit.Key(remote);
        Place place;
        Place? loser = null;
        lock (_gate)
        {
            if (_silent.Count + _waiting.Count >= _mostSilent) loser = Remove(Loser(_silent) ?? Loser(_waiting));
            if (!_holders.TryGetValue(address, out var holder)) _holders.Add(address, holder = new Holder(address));
            holder.Places++;
            place = new Place(this, holder, _round, abort);
            place.Node = _silent.AddLast(place);
        }
        // Outside of the lock: it runs what waits for the connection's end.
        if (loser is not null) End(loser, ConnectionEnd.NoPlace);
        return place;
    }

    /// <summary>Ends those that have said nothing since the last call of this.</summary>
    public void EndSilent()
    {
        var losers = new List<Place>();
        lock (_gate)
        {
            while (_silent.First?.Value is { } first && first.Round < _round) losers.Add(Remove(first)!);
            _round++;
        }
        foreach (var loser in losers) End(loser, ConnectionEnd.Silent);
    }

    /// <summary>Ends those that have said nothing and those that wait: the server stops, and nobody is admitted any more.</summary>
    public void EndUnanswered()
    {
        var losers = new List<Place>();
        lock (_gate)
            while ((_silent.First ?? _waiting.First)?.Value is { } first) losers.Add(Remove(first)!);
        foreach (var loser in losers) loser.Abort();
    }

    private Task<bool> Speak(Place place)
    {
        lock (_gate)
        {
            if (place.Node?.List is null) return Task.FromResult(false);
            Move(place, _waiting);
        }
        AdmitWaiting();
        return place.Admission;
    }

    private bool StandAside(Place place)
    {
        lock (_gate)
        {
            if (place.Node?.List is null || _aside.Count >= Aside) return false;
            Move(place, _aside);
        }
        AdmitWaiting();
        return true;
    }

    private void Answered(Place place)
    {
        lock (_gate)
            if (place.Node?.List is not null) Move(place, _speaking);
        AdmitWaiting();
    }

    private void Leave(Place place)
    {
        lock (_gate)
            if (place.Node?.List is not null) Remove(place);
        AdmitWaiting();
    }

    private void AdmitWaiting()
    {
        List<Place>? losers = null;
        lock (_gate)
        {
            while (_waiting.First?.Value is { } next)
            {
                if (_speaking.Count >= _mostSpeaking)
                {
                    if (Remove(Loser(_speaking)) is not { } loser) break;
                    (losers ??= []).Add(loser);
                }
                Move(next, _speaking);
                next.Admit(true);
            }
            // If all are being published, the end of one of them comes here.
            if (_waiting.Count > 0 && _speaking.FirstOrDefault(p => !p.IsPublishing) is { } oldest)
                _timer.Change(
                    TimeSpan.FromMilliseconds(Math.Max(1, (Tenure - _time.GetElapsedTime(oldest.Since)).TotalMilliseconds)),
                    Timeout.InfiniteTimeSpan
                );
        }
        if (losers is not null)
            foreach (var loser in losers) End(loser, ConnectionEnd.NoPlace);
    }

    private void End(Place loser, ConnectionEnd end)
    {
        loser.Abort();
        _ended(end, loser.Holder.Address);
    }

    private Place? Loser(LinkedList<Place> places)
    {
        Place? loser = null;
        foreach (var place in places)
        {
            if (places == _speaking && _time.GetElapsedTime(place.Since) < Tenure) break;
            if (!place.IsPublishing && place.Holder.Places > (loser?.Holder.Places ?? 0)) loser = place;
        }
        return loser;
    }

    private void Move(Place place, LinkedList<Place> to)
    {
        place.Node!.List!.Remove(place.Node);
        place.Since = _time.GetTimestamp();
        to.AddLast(place.Node);
    }

    private Place? Remove(Place? place)
    {
        if (place is null) return null;
        place.Node!.List!.Remove(place.Node);
        place.Admit(false);
        if (--place.Holder.Places == 0) _holders.Remove(place.Holder.Address);
        return place;
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
        private TaskCompletionSource<bool>? _admission;

        public Holder Holder => holder;

        public ConnectionLimit Limit => limit;

        public LinkedListNode<Place>? Node { get; set; }

        public bool IsPublishing => _isPublishing;

        /// <summary>Of the rounds of dropping the silent, the one it came in.</summary>
        public int Round => round;

        /// <summary>Time stamp of its first byte or last answer.</summary>
        public long Since { get; set; }

        public Task<bool> Admission => _admission!.Task;

        public void Abort() => _abort();

        /// <summary>Its first byte has come; true as soon as there is room for it, false if it has lost its place.</summary>
        public Task<bool> SpeaksAsync()
        {
            _admission = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return limit.Speak(this);
        }

        public void Admit(bool isAdmitted) => _admission?.TrySetResult(isAdmitted);

        /// <summary>It is ended in another way now.</summary>
        public void EndsBy(Action end)
        {
            _abort = end;
            // Lost its place in between: the other way found nothing to end.
            if (Node?.List is null) end();
        }

        /// <summary>Its sender is known by a signature: until the result is disposed, the place goes to nobody else.</summary>
        public Publishing Publishes()
        {
            _isPublishing = true;
            return new Publishing(this);
        }

        /// <summary>Its answer takes long, and until then another one may have the place; false if too many wait like this.</summary>
        public bool StandsAside() => limit.StandAside(this);

        public void Dispose() => limit.Leave(this);

        internal readonly struct Publishing(Place place) : IDisposable
        {
            public void Dispose()
            {
                place._isPublishing = false;
                place.Limit.Answered(place);
            }
        }
    }
}
