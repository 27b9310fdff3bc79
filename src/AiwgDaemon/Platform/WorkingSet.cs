using System.Globalization;
using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>Gives back memory that only the start needed, so that an idle daemon is as small as what it does.</summary>
internal static partial class WorkingSet
{
    private const int DontNeed = 4;

    // Less than this is not worth a collection.
    private const long Worthwhile = 4 * 1024 * 1024;

    // The threads of the start have ended by then.
    private static readonly TimeSpan StartIsOver = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(5);

    private static long _base, _last;

    /// <summary>
    /// At each beat, so that it costs no wake-up of its own: trims once the start is over, and if the process has grown since,
    /// every five minutes. What lives for a minute, as an event in the history does, is old by then, and under a steady load
    /// old garbage waits long for the collector. One thread at a time.
    /// </summary>
    public static void Keep(TimeProvider time)
    {
        var now = time.GetTimestamp();
        if (_last == 0) _last = now;
        if (time.GetElapsedTime(_last, now) < (_base == 0 ? StartIsOver : BetweenLooks)) return;
        _last = now;
        if (_base == 0) Trim();
        else if (Environment.WorkingSet > _base + Worthwhile) Collect();
        else return;
        _base = Environment.WorkingSet;
    }

    /// <summary>
    /// Compacts the heap and, on Linux, lets go of the pages of the program and its libraries that are mapped from files and
    /// were never written: they stay in the page cache, and those that are used come back with a minor fault each. Takes some
    /// milliseconds.
    /// </summary>
    public static void Trim()
    {
        Collect();
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            ReleaseCleanPages();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A root without /proc: the pages stay until the system wants them.
        }
    }

    private static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    // proc_pid_smaps(5): a line that begins a mapping ("from-to r-xp … /path", in lower-case hex), then a line for each figure.
    private static void ReleaseCleanPages()
    {
        var mapping = "";
        foreach (var line in File.ReadAllLines("/proc/self/smaps"))
        {
            if (!char.IsAsciiLetterUpper(line[0])) mapping = line;
            else if (IsNone(line, "Private_Dirty:") && IsReadOnlyFile(mapping)) Release(mapping);
        }
    }

    private static bool IsNone(string line, string figure) =>
        line.StartsWith(figure, StringComparison.Ordinal) && line.AsSpan(figure.Length).Trim().SequenceEqual("0 kB");

    private static bool IsReadOnlyFile(string mapping) =>
        mapping.Contains('/', StringComparison.Ordinal)
        && (mapping.Contains(" r-xp ", StringComparison.Ordinal) || mapping.Contains(" r--p ", StringComparison.Ordinal));

    private static void Release(string mapping)
    {
        var dash = mapping.IndexOf('-', StringComparison.Ordinal);
        var from = nuint.Parse(mapping.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var to = nuint.Parse(
            mapping.AsSpan(dash + 1, mapping.IndexOf(' ', StringComparison.Ordinal) - dash - 1),
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture
        );
        _ = Madvise(from, to - from, DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(nuint address, nuint length, int advice);
}
