using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Listing;

/// <summary>What a listing does with each name that it finds.</summary>
internal sealed class EntryExaminer(
    EntryTable table, EntryPaths paths, WatchFilter filter, ForeignPlaces places, DirectoryWatches watches, ChangeFolding folding,
    Subtrees subtrees, FileComparison comparison, LeavingEntries leaving, Watermarks watermarks, ScanQueue queue)
{
    /// <summary>Compares a name in a directory with what is known of it.</summary>
    /// <param name="directory">The directory, which the filter was prepared for.</param>
    /// <param name="name">The name.</param>
    /// <param name="kind">What the listing says that it is; null if it does not say.</param>
    /// <param name="mode">What to do with a difference.</param>
    /// <param name="recursive">True if directories are listed although they are known.</param>
    public void Examine(int directory, ReadOnlySpan<byte> name, FileKind? kind, ScanMode mode, bool recursive)
    {
        var entry = table.Find(directory, name);
        if (entry != 0)
        {
            table[entry].Flags |= EntryFlags.Seen;
            if (table.Is(entry, EntryFlags.Pinned))
            {
                queue.Pinned.Push(entry);
                return;
            }
        }
        if (places.Any && places.Hides(directory, name))
        {
            // What it hides is gone; what is in it is another tree's.
            if (entry != 0 && mode != ScanMode.Known) subtrees.Lose(entry);
            else if (entry != 0) subtrees.Drop(entry);
            return;
        }
        kind ??= paths.KindOf(directory, name);
        if (kind == FileKind.Directory) ExamineDirectory(directory, entry, name, mode, recursive);
        else if (kind is FileKind.Regular or FileKind.Link) ExamineFile(directory, entry, name, mode);
        // A pipe, a socket or a device where there was a file.
        else if (kind == FileKind.Other && entry != 0 && mode != ScanMode.Known) subtrees.Lose(entry);
    }

    private void ExamineDirectory(int directory, int entry, ReadOnlySpan<byte> name, ScanMode mode, bool recursive)
    {
        var cover = filter.ChildCover(directory, entry, name);
        if (cover == 0 || table.Is(directory, EntryFlags.Leaving))
        {
            if (entry != 0) ExamineIgnored(entry, mode, recursive);
            return;
        }
        var known = false;
        if (entry == 0)
        {
            entry = table.Add(directory, name, EntryFlags.Directory | EntryFlags.Exists | EntryFlags.Seen);
            if (mode == ScanMode.Report) table[entry].Mark = watermarks.MarkOfNewIn(directory);
        }
        else
        {
            known = table.Is(entry, EntryFlags.Directory | EntryFlags.Exists | EntryFlags.Listed);
            if (table.Is(entry, EntryFlags.Exists) && !table.Is(entry, EntryFlags.Directory))
            {
                if (mode == ScanMode.Known) return;
                // Held while the file that it was is reported gone.
                table[entry].Flags |= EntryFlags.Pinned;
                folding.Disappear(entry);
                table[entry].Flags &= ~EntryFlags.Pinned;
            }
            table[entry].Flags = (table[entry].Flags & ~EntryFlags.Leaving) | EntryFlags.Directory | EntryFlags.Exists;
        }
        watches.SetCover(entry, cover);
        if (!known || recursive) queue.Directories.Push(entry);
    }

    // Known, and ignored by the rules as they are now.
    private void ExamineIgnored(int entry, ScanMode mode, bool recursive)
    {
        if (mode == ScanMode.Known) subtrees.Drop(entry);
        else if (mode == ScanMode.Rules) leaving.Add(entry);
        else if (!table.Is(entry, EntryFlags.Leaving)) return;
        else if (!table.Is(entry, EntryFlags.Directory)) ExamineLeavingFile(entry);
        else if (recursive) queue.Directories.Push(entry);
    }

    private void ExamineLeavingFile(int entry)
    {
        if (!table.Is(entry, EntryFlags.Exists) && table[entry].Pending != 0) folding.Appear(entry, before: false);
    }

    private void ExamineFile(int directory, int entry, ReadOnlySpan<byte> name, ScanMode mode)
    {
        if (table.Is(directory, EntryFlags.Leaving) || !filter.Accepts(directory, entry, name))
        {
            if (entry != 0) ExamineIgnored(entry, mode, recursive: false);
        }
        else if (entry == 0)
        {
            FileFound(directory, name, mode);
        }
        else
        {
            table[entry].Flags &= ~EntryFlags.Leaving;
            // An event that is on its way tells what happened to it.
            if (mode != ScanMode.Known) ExamineKnownFile(directory, entry, mode);
        }
    }

    private void FileFound(int directory, ReadOnlySpan<byte> name, ScanMode mode)
    {
        var entry = table.Add(directory, name, EntryFlags.Exists | EntryFlags.Seen);
        if (mode == ScanMode.Report)
            folding.Appear(entry, before: false);
        else if ((mode == ScanMode.Rules || comparison.NeedsMarks(directory)) && paths.TryMark(entry, follow: false, out var mark))
            comparison.TakeAsKnown(entry, mark, mode == ScanMode.Rules ? watermarks.RulesChanged : watermarks.Reloaded);
    }

    private void ExamineKnownFile(int directory, int entry, ScanMode mode)
    {
        if (!table.Is(entry, EntryFlags.Exists))
        {
            folding.Appear(entry, before: false);
        }
        else if (table.Is(entry, EntryFlags.Directory))
        {
            // Held while what was below it is reported gone.
            table[entry].Flags |= EntryFlags.Pinned;
            subtrees.Lose(entry);
            table[entry].Flags &= ~EntryFlags.Pinned;
            folding.Appear(entry, before: false);
            table[entry].Flags |= EntryFlags.Seen;
        }
        else if (table[entry].Pending == 0 && (mode == ScanMode.Report || comparison.NeedsMarks(directory)))
        {
            comparison.Compare(entry);
        }
    }
}
