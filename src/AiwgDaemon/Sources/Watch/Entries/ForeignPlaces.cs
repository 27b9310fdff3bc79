using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch.Entries;

/// <summary>
/// Filesystems that may not answer have trees and threads of their own. A tree looks at nothing in another one's, not even at the names
/// that they are mounted at.
/// </summary>
internal sealed class ForeignPlaces(EntryPaths paths, PinnedEntries pins, CurrentPlan plan)
{
    private readonly HashSet<int> _closed = [];
    private byte[][] _places = [];

    /// <summary>True if there are any.</summary>
    public bool Any => _places.Length > 0;

    /// <summary>Something that is watched here is no longer here, or has come to be elsewhere: the roots are to be divided anew.</summary>
    public bool IsMisplaced { get; set; }

    /// <summary>Another plan, or other mounts: the places are found anew.</summary>
    public void Renew()
    {
        _closed.Clear();
        _places = plan.Value.Remote.Any ? [.. plan.Value.Elsewhere().Select(path => NativePath.ToBytes(path))] : [];
    }

    /// <summary>True for a directory below a root that another tree is for.</summary>
    public bool Hides(int directory, ReadOnlySpan<byte> name)
    {
        foreach (var path in _places)
        {
            var above = path.Length - name.Length - 1;
            if (
                above >= 0
                && path[above] == '/'
                && path.AsSpan().EndsWith(name)
                && paths.Write(directory) == above
                && path.AsSpan(0, above).SequenceEqual(paths.Buffer.AsSpan(0, above))
            )
                return true;
        }
        return false;
    }

    /// <summary>True for a root, or a directory on the way to one, that leads elsewhere by now.</summary>
    public bool IsClosed(int entry)
    {
        if (!plan.Value.Remote.Any && plan.Value.Home is null) return false;
        if (!plan.Value.IsElsewhere(paths.Text(entry), pins.IsRoot(entry)))
        {
            _closed.Remove(entry);
            return false;
        }
        IsMisplaced |= _closed.Add(entry);
        return true;
    }
}
