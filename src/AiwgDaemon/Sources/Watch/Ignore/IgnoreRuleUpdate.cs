using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Listing;

namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>Puts changed ignore files into force: what they ignore leaves the trees, and what they no longer ignore comes into
/// them.</summary>
internal sealed class IgnoreRuleUpdate(
    EntryTable table, ChangedIgnoreFiles changes, Reconciler reconciler, Watermarks watermarks, TimeProvider time)
{
    /// <summary>Applies what is due; true if there was something.</summary>
    public bool Apply()
    {
        if (changes.Due > time.GetTimestamp()) return false;
        var since = changes.Since;
        // All of them hold before the first directory is judged by them, and one listing serves for those below it.
        var changed = changes.Load();
        foreach (var directory in changed.Where(directory => !HasAbove(changed, directory)).ToArray())
        {
            watermarks.RulesChanged = YoungerThan(directory, since);
            if (table[directory].Cover != 0) reconciler.Scan(directory, ScanMode.Rules, recursive: true);
            else reconciler.Settle(directory, ScanMode.Rules, again: true);
        }
        return true;
    }

    private bool HasAbove(HashSet<int> directories, int directory)
    {
        for (var at = table[directory].Parent; at > EntryTable.Root; at = table[at].Parent)
            if (directories.Contains(at)) return true;
        return false;
    }

    // A directory that has just come has nothing in it that is older, even if it lay there before its ignore file.
    private DateTimeOffset YoungerThan(int directory, DateTimeOffset since)
    {
        var burst = DateTimeOffset.UtcNow - LeavingEntries.LongestBurst;
        for (var at = directory; at > EntryTable.Root; at = table[at].Parent)
        {
            if (table[at].Mark == 0) continue;
            var came = new DateTimeOffset((long)table[at].Mark, TimeSpan.Zero);
            if (came >= burst && came < since) since = came;
        }
        return since;
    }
}
