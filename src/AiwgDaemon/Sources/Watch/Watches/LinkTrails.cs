using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;

namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>
/// A root, or a step on the way to one, may be a link that leads over further links to a directory or a file; each of them may be turned.
/// Every link of such a trail is watched, under the negative number of the entry.
/// </summary>
internal sealed class LinkTrails(EntryPaths paths, CurrentPlan plan, ExcludeFiles watches, Inotify? inotify)
{
    // A chain that is turned faster than it can be followed is told by the last turn.
    private const int MostRounds = 8;

    private readonly Dictionary<int, string> _trails = [];

    /// <summary>True for a link. Each link on its way is watched before what it leads to is looked at.</summary>
    public bool Follow(int entry)
    {
        if (!paths.TryMark(entry, follow: false, out var mark) || mark.Kind != FileKind.Link)
        {
            if (_trails.Remove(entry)) watches.Forget(-entry);
            return false;
        }
        if (inotify is null) return true;
        var path = paths.Text(entry);
        for (var round = 0; round < MostRounds; round++)
        {
            var steps = plan.Value.Remote.StepsOf(path, plan.Value.Home);
            var trail = string.Join('\0', [.. steps.Links, steps.Real]);
            if (_trails.GetValueOrDefault(entry) == trail) break;
            watches.Forget(-entry);
            foreach (var link in steps.Links) watches.FollowName(-entry, link);
            watches.FollowName(-entry, steps.Real);
            _trails[entry] = trail;
        }
        return true;
    }

    /// <summary>Takes the changed trails out of what the watches have told; true if there were any.</summary>
    public static bool TakeChanged(HashSet<int> changed) => changed.RemoveWhere(number => number < 0) > 0;

    /// <summary>After all watches were forgotten.</summary>
    public void Clear() => _trails.Clear();
}
