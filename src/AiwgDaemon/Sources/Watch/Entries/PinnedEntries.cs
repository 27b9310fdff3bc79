using System.Diagnostics.CodeAnalysis;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch.Entries;

/// <summary>The entries that are kept if they exist or not: each root, and each directory on the way to one.</summary>
internal sealed class PinnedEntries(EntryTable table)
{
    private readonly Dictionary<int, List<int>> _children = [];
    private readonly Dictionary<int, List<WatchRoot>> _rootsAt = [];

    /// <summary>True if a root lies at this entry.</summary>
    public bool IsRoot(int entry) => _rootsAt.ContainsKey(entry);

    /// <summary>The roots that lie at an entry.</summary>
    public bool TryGetRoots(int entry, [NotNullWhen(true)] out List<WatchRoot>? roots) => _rootsAt.TryGetValue(entry, out roots);

    /// <summary>The pinned entries right below one.</summary>
    public bool TryGetChildren(int entry, [NotNullWhen(true)] out List<int>? children) => _children.TryGetValue(entry, out children);

    /// <summary>Pins the entries of roots and of the directories on the way to them.</summary>
    public void Pin(IEnumerable<WatchRoot> wanted)
    {
        foreach (var root in wanted)
        {
            var at = EntryTable.Root;
            foreach (var part in root.Absolute.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var name = NativePath.ToBytes(part);
                var child = table.Find(at, name);
                if (child == 0) child = table.Add(at, name, EntryFlags.None);
                table[child].Flags |= EntryFlags.Pinned;
                var siblings = _children.TryGetValue(at, out var list) ? list : _children[at] = [];
                if (!siblings.Contains(child)) siblings.Add(child);
                at = child;
            }
            root.Entry = at;
            if (_rootsAt.TryGetValue(at, out var roots)) roots.Add(root);
            else _rootsAt[at] = [root];
        }
    }

    /// <summary>Pins nothing any more; gives what was pinned.</summary>
    public List<int> Unpin()
    {
        var former = _children.Values.SelectMany(c => c).ToList();
        foreach (var entry in former) table[entry].Flags &= ~EntryFlags.Pinned;
        _children.Clear();
        _rootsAt.Clear();
        return former;
    }
}
