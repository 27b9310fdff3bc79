using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>Takes what inotify(7) says, event by event, and gives each to whom its watch belongs.</summary>
internal sealed class InotifyEvents(
    EntryTable table, CurrentPlan plan, WatchMap map, DirectoryWatches watches, WatchedFiles files, ExcludeFiles excludeFiles,
    ChangedIgnoreFiles ignoreFiles, NameEvents names, DeferredWork deferred)
{
    private const int HeaderSize = 16;

    private readonly List<int> _targets = [];

    /// <summary>Takes the events that were read from the descriptor.</summary>
    public void Take(ReadOnlySpan<byte> events)
    {
        while (events.Length >= HeaderSize)
        {
            var watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            var mask = (InotifyMask)BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            var cookie = BinaryPrimitives.ReadUInt32LittleEndian(events[8..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            var name = events.Slice(HeaderSize, length);
            events = events[(HeaderSize + length)..];
            var end = name.IndexOf((byte)0);
            Take(watch, mask, cookie, end < 0 ? name : name[..end]);
        }
    }

    private void Take(int watch, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if ((mask & InotifyMask.QueueOverflow) != 0)
        {
            deferred.HasOverflowed = true;
            return;
        }
        excludeFiles.Take(watch, mask, name, ignoreFiles.Excludes);
        if (ignoreFiles.Excludes.Count > 0)
        {
            if (LinkTrails.TakeChanged(ignoreFiles.Excludes)) deferred.IsUnsettled = true;
            ignoreFiles.NoteExcludes();
        }
        if (files.Count > 0 && files.Take(watch, mask)) return;
        map.Find(watch, _targets);
        // By index: the list may change if a shared directory is lost.
        foreach (var directory in _targets.Count == 1 ? CollectionsMarshal.AsSpan(_targets) : _targets.ToArray())
        {
            if ((mask & InotifyMask.Ignored) != 0)
                WatchEnded(directory, watch);
            else if ((mask & (InotifyMask.DeleteSelf | InotifyMask.MoveSelf)) != 0 || name.IsEmpty)
                deferred.IsUnsettled |= table.Is(directory, EntryFlags.Pinned);
            else
                TakeName(directory, mask, cookie, name);
        }
    }

    // The kernel drops a watch with its directory or its filesystem; of the latter nothing else tells.
    private void WatchEnded(int directory, int watch)
    {
        if (!watches.Ended(directory, watch)) return;
        if (table.Is(directory, EntryFlags.Pinned)) deferred.IsUnsettled = true;
        else if (table.Is(directory, EntryFlags.Exists)) deferred.AddUnmounted(directory);
    }

    private void TakeName(int directory, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        const InotifyMask Changed = NameEvents.Came | NameEvents.Went | InotifyMask.CloseWrite;
        if (name.Length <= 10 && name[0] == '.' && plan.Value.Options.GitIgnore && (mask & Changed) != 0
            && (name.SequenceEqual(".gitignore"u8) || name.SequenceEqual(".git"u8)))
            ignoreFiles.Note(directory);
        names.Take(directory, mask, cookie, name);
    }
}
