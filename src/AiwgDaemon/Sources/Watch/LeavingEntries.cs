namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// Files and directories that changed rules ignore, though they were known: until the burst of changes that brought the rules is over,
/// their
/// end is still told, for a checkout that ignores a directory may take it away too. Only the topmost ones are listed. Times are timestamps.
/// Pure.
/// </summary>
internal sealed class LeavingEntries
{
    private readonly HashSet<int> _tops = [];
    private long _latest;

    public int Count => _tops.Count;

    /// <summary>When they are to be let go; <see cref="long.MaxValue"/> if there are none.</summary>
    public long Due { get; private set; } = long.MaxValue;

    public void Add(int top, long now, long grace, long ceiling)
    {
        _tops.Add(top);
        Prolong(now, grace, ceiling);
    }

    /// <summary>One of them has come to its end: the burst goes on.</summary>
    public void Prolong(long now, long grace, long ceiling)
    {
        if (_tops.Count == 0) return;
        _latest = now + ceiling;
        Due = Math.Min(now + grace, _latest);
    }

    /// <summary>Something else has changed, which may belong to the burst.</summary>
    public void Touch(long now, long grace)
    {
        if (_tops.Count > 0) Due = Math.Min(now + grace, _latest);
    }

    public void Remove(int top)
    {
        if (_tops.Remove(top) && _tops.Count == 0) Due = long.MaxValue;
    }

    public int[] ToArray() => [.. _tops];
}
