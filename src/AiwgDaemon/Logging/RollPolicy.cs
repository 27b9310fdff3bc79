namespace AiwgDaemon.Logging;

/// <summary>When and how log files rotate; pure. Slot 0 is the current file, slot N the rotated one named <c>.N</c>; <c>.1</c> is the
/// newest.</summary>
internal static class RollPolicy
{
    /// <summary>A line that would take the file past the limit opens a new one; a single line larger than the limit gets a file of its
    /// own.</summary>
    public static bool MustRoll(long size, int lineLength, long maxSize) => size > 0 && size + lineLength > maxSize;

    /// <summary>
    /// Renames that make slot 0 free, in order. They stop at the first free slot: if a rotation was interrupted after
    /// any of its steps there is a hole, which the next one fills, so that no file is dropped for nothing. If all
    /// are taken the oldest is replaced. Empty if nothing is kept: the current file is then deleted.
    /// </summary>
    public static IReadOnlyList<(int From, int To)> Moves(IReadOnlySet<int> taken, int maxFiles)
    {
        var free = 1;
        while (free < maxFiles && taken.Contains(free)) free++;
        var moves = new List<(int, int)>();
        for (var to = Math.Min(free, maxFiles); to >= 1; to--) moves.Add((to - 1, to));
        return moves;
    }

    /// <summary>Slots past the limit, for instance after it was lowered.</summary>
    public static IEnumerable<int> Surplus(IReadOnlySet<int> taken, int maxFiles) => taken.Where(slot => slot > maxFiles);

    /// <summary>The slot in a file's name: 0 for the base name, N for <c>base.N</c>, null for anything else.</summary>
    public static int? SlotOf(ReadOnlySpan<char> fileName, ReadOnlySpan<char> baseName)
    {
        if (!fileName.StartsWith(baseName, StringComparison.Ordinal)) return null;
        var rest = fileName[baseName.Length..];
        if (rest.IsEmpty) return 0;
        if (rest[0] != '.' || rest.Length is < 2 or > 7 || rest[1] == '0' || rest[1..].ContainsAnyExceptInRange('0', '9')) return null;
        return int.Parse(rest[1..]);
    }
}
