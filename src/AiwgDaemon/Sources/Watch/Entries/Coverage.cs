namespace AiwgDaemon.Sources.Watch.Entries;

/// <summary>
/// Sets of roots that cover a directory, most specific first, each stored once and known by a small number; 0 is the empty set. Most
/// trees have a handful. Sets of an earlier configuration stay, for changes that are still to be reported under it.
/// </summary>
internal sealed class Coverage
{
    private readonly List<WatchRoot[]> _sets = [[]];

    public WatchRoot[] this[ushort cover] => _sets[cover];

    public ushort Intern(List<WatchRoot> roots)
    {
        if (roots.Count == 0) return 0;
        // The last set is the most likely one.
        for (var i = _sets.Count - 1; i > 0; i--)
            if (_sets[i].AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(roots)))
                return (ushort)i;
        if (_sets.Count > ushort.MaxValue)
            throw new InvalidOperationException(
                "More than 65,535 different overlaps of watched paths; restart the daemon, or watch fewer paths"
            );
        _sets.Add([.. roots]);
        return (ushort)(_sets.Count - 1);
    }
}
