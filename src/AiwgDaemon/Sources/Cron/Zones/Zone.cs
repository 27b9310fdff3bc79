namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>
/// The offsets of a place over time: a table of changes, and a rule for the years behind it. Immutable but for a hint that makes the next
/// question about the same time quick; thread-safe; allocates nothing when asked.
/// </summary>
internal sealed class Zone
{
    public static readonly Zone Utc = new("UTC", 0, [], null);

    /// <summary>The table reaches to here if a rule goes on for ever; what comes later is worked out each time.</summary>
    private const int LastYear = 2100;

    private readonly long[] _from;
    private readonly long[] _offsets;
    private readonly PosixRule? _rule;
    private int _recent;

    /// <param name="name">What people call it.</param>
    /// <param name="first">The offset before the first change, ticks.</param>
    /// <param name="changes">In order.</param>
    /// <param name="rule">What holds from the last change on; null if its offset stays.</param>
    public Zone(string name, long first, IReadOnlyList<ZoneChange> changes, PosixRule? rule)
    {
        Name = name;
        var from = new List<long> { long.MinValue };
        var offsets = new List<long> { first };
        foreach (var change in changes) Add(change);
        if (rule is not null)
        {
            // The rule begins with the last change that is written down, also if that one changes nothing: America/Nuuk went
            // to -02 in March 2023, and has "-02 again" in October of that year, because its rule with summer time begins then.
            var last = changes.Count > 0 ? changes[^1].At : long.MinValue;
            Add(new(last, rule.At(last).Offset));
            foreach (var change in rule.Changes(last, LastYear)) Add(change);
        }
        (_from, _offsets, _rule) = ([.. from], [.. offsets], rule is { HasSummer: true } ? rule : null);

        void Add(ZoneChange change)
        {
            if (change.At == from[^1]) offsets[^1] = change.Offset;
            else if (change.Offset != offsets[^1])
            {
                from.Add(change.At);
                offsets.Add(change.Offset);
            }
            // A change that another one at the same instant takes back is none.
            if (from.Count < 2 || offsets[^1] != offsets[^2]) return;
            from.RemoveAt(from.Count - 1);
            offsets.RemoveAt(offsets.Count - 1);
        }
    }

    public string Name { get; }

    /// <summary>The stretch that an instant is in, ticks of UTC. Neighbours have different offsets.</summary>
    public ZoneSpan At(long instant)
    {
        var i = _recent;
        if (instant < _from[i] || (i + 1 < _from.Length && instant >= _from[i + 1]))
        {
            i = Array.BinarySearch(_from, instant);
            if (i < 0) i = ~i - 1;
            _recent = i;
        }
        if (i + 1 < _from.Length) return new(_from[i], _from[i + 1], _offsets[i]);
        return _rule?.At(instant) ?? new(_from[i], long.MaxValue, _offsets[i]);
    }
}
