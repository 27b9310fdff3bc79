using AiwgDaemon.Platform;

namespace AiwgDaemon.Logging;

/// <summary>The current log file and its rotated ones in their directory.</summary>
internal static class LogFiles
{
    /// <summary>The rotated slots that exist.</summary>
    public static SortedSet<int> RotatedSlots(string path)
    {
        var slots = new SortedSet<int>();
        var directory = Path.GetDirectoryName(path)!;
        var name = Path.GetFileName(path);
        if (!Directory.Exists(directory)) return slots;
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory, name + ".*"))
            if (RollPolicy.SlotOf(Path.GetFileName(entry.AsSpan()), name) is { } slot) slots.Add(slot);
        return slots;
    }

    public static string PathOf(string path, int slot) => slot == 0 ? path : $"{path}.{slot}";

    /// <summary>Makes the name of the current file free. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if a
    /// rename fails; what was done until then stays.</summary>
    public static void Rotate(string path, int maxFiles)
    {
        SecureFile.MustBeOurs(path);
        var taken = RotatedSlots(path);
        var moves = RollPolicy.Moves(taken, maxFiles);
        CrashPoint.At(CrashStep.RotationBegun);
        if (moves.Count == 0) File.Delete(path);
        foreach (var (from, to) in moves)
        {
            if (from != 0 && !taken.Contains(from)) continue;
            File.Move(PathOf(path, from), PathOf(path, to), overwrite: true);
            CrashPoint.At(CrashStep.RotationRenamed);
        }
        Prune(path, taken, maxFiles);
        CrashPoint.At(CrashStep.RotationDone);
    }

    /// <summary>Deletes rotated files past the limit.</summary>
    public static void Prune(string path, int maxFiles) => Prune(path, RotatedSlots(path), maxFiles);

    private static void Prune(string path, SortedSet<int> taken, int maxFiles)
    {
        foreach (var slot in RollPolicy.Surplus(taken, maxFiles)) File.Delete(PathOf(path, slot));
    }
}
