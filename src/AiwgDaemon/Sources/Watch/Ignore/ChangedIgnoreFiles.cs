using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>Notes ignore files that change while the trees are watched; <see cref="IgnoreRuleUpdate"/> applies them later.</summary>
internal sealed class ChangedIgnoreFiles(
    EntryTable table, EntryPaths paths, CurrentPlan plan, WatchFilter filter, GitIgnoreLevels levels, Debouncer debouncer,
    Watermarks watermarks, TimeProvider time)
{
    private readonly IgnoreChanges _changes = new();

    /// <summary>When the changes take effect; a timestamp, <see cref="long.MaxValue"/> if there are none.</summary>
    public long Due => _changes.Due;

    /// <summary>What has come into being before this moment was there before the rules changed.</summary>
    public DateTimeOffset Since => _changes.Since;

    /// <summary>Repositories whose exclude files have changed, until <see cref="NoteExcludes"/>.</summary>
    public HashSet<int> Excludes { get; } = [];

    /// <summary>An ignore file in a directory has changed.</summary>
    public void Note(int directory)
    {
        var now = time.GetTimestamp();
        var since = watermarks.Of(directory);
        if (debouncer.Oldest != long.MaxValue)
        {
            var oldest = DateTimeOffset.UtcNow - time.GetElapsedTime(debouncer.Oldest, now) - FileMarks.ClockGrain;
            if (oldest < since) since = oldest;
        }
        // A little earlier than the file's own change is reported: whoever has seen that may rely on the new rules.
        _changes.Note(directory, now, debouncer.Quiet - (debouncer.Quiet / 16), debouncer.Ceiling, since);
    }

    public void NoteExcludes()
    {
        foreach (var top in Excludes) Note(top);
        Excludes.Clear();
    }

    /// <summary>A directory was listed again, perhaps because nothing tells of changes in it.</summary>
    public void NoteIfDifferent(int directory, bool hasFile, bool isTop)
    {
        if (levels.Differs(directory, paths.Text(directory), hasFile, isTop)) Note(directory);
    }

    /// <summary>The same for those above the roots that no event tells about, or for <paramref name="all"/>.</summary>
    public void CompareAbove(bool all)
    {
        if (!plan.Value.Options.GitIgnore) return;
        foreach (var directory in filter.DirectoriesAbove)
            if (all || table[directory].Watch == 0)
                NoteIfDifferent(directory, Has(directory, "/.gitignore"), Has(directory, "/.git"));
    }

    /// <summary>Reads the ignore files that have changed, and forgets that they have. Gives the directories in which other patterns
    /// hold.</summary>
    public HashSet<int> Load()
    {
        var changed = new HashSet<int>();
        foreach (var directory in _changes.Take())
        {
            // A file that was only touched, or written anew with the same patterns, changes nothing.
            if (
                table.Is(directory, EntryFlags.Exists | EntryFlags.Directory)
                && levels.Load(directory, paths.Text(directory), Has(directory, "/.gitignore"), Has(directory, "/.git"))
            )
                changed.Add(directory);
        }
        filter.Forget();
        return changed;
    }

    /// <summary>Forgets the changes, for all ignore files are read anew.</summary>
    public void Clear() => _changes.Take();

    private bool Has(int directory, string name) => Path.Exists(paths.Text(directory) + name);
}
