using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>Files that came or were written, as events tell.</summary>
internal sealed class FileArrivals(
    EntryTable table, EntryPaths paths, WatchFilter filter, ChangeFolding folding, Subtrees subtrees, MoveHalves moves)
{
    private const InotifyMask Content = InotifyMask.Modify | InotifyMask.CloseWrite;

    /// <summary>Takes an event of a file that did not go.</summary>
    public void Take(int directory, int entry, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        var exists = entry != 0 && table.Is(entry, EntryFlags.Exists);
        if ((mask & NameEvents.Came) != 0) Come(directory, entry, exists, mask, cookie, name);
        else if ((mask & Content) != 0) Written(directory, entry, exists, (mask & InotifyMask.Modify) != 0, name);
        else if ((mask & InotifyMask.Attributes) != 0 && exists && IsWanted(entry)) folding.Touch(entry, before: true, written: false);
    }

    private void Come(int directory, int entry, bool exists, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if (exists && table.Is(entry, EntryFlags.Directory))
        {
            // It changed places with a file: what was below it is gone.
            subtrees.Lose(entry);
            entry = table.Find(directory, name);
            exists = false;
        }
        if (entry != 0 && table.Is(entry, EntryFlags.Leaving))
        {
            // Ignored from now on, but replaced in the burst that brought the rules.
            if (table[entry].Pending != 0) folding.Appear(entry, before: false);
            return;
        }
        if (!exists && !IsAccepted(directory, entry, name)) return;
        if (entry == 0) entry = table.Add(directory, name, EntryFlags.None);
        folding.Appear(entry, before: exists && (mask & InotifyMask.MovedTo) != 0);
        if ((mask & InotifyMask.MovedTo) != 0) moves.JoinFile(entry, cookie);
    }

    private void Written(int directory, int entry, bool exists, bool written, ReadOnlySpan<byte> name)
    {
        if (!exists)
        {
            // Written through a descriptor that outlived the name: the name's end was told already.
            if (entry != 0 && table[entry].Pending != 0) return;
            // What is there without being known is a pipe or a device, most often.
            if (!IsAccepted(directory, entry, name) || paths.KindOf(directory, name) is not (FileKind.Regular or FileKind.Link)) return;
            if (entry == 0) entry = table.Add(directory, name, EntryFlags.None);
            table[entry].Flags |= EntryFlags.Exists;
        }
        else if (!IsWanted(entry))
        {
            return;
        }
        folding.Touch(entry, before: true, written);
    }

    private bool IsWanted(int entry) => !table.Is(entry, EntryFlags.Leaving) || table[entry].Pending != 0;

    private bool IsAccepted(int directory, int entry, ReadOnlySpan<byte> name)
    {
        if (table.Is(directory, EntryFlags.Leaving)) return false;
        filter.Prepare(directory);
        return filter.Accepts(directory, entry, name);
    }
}
