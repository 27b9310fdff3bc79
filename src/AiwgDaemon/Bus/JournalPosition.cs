using System.Globalization;

namespace AiwgDaemon.Bus;

/// <summary>
/// A place in the journal as one number that grows along it: the day (since year 1) in the upper 24 bits, the offset into
/// that day's file in the lower 40.
/// </summary>
internal static class JournalPosition
{
    private const int OffsetBits = 40;

    public static long Of(DateOnly day, long offset) => ((long)day.DayNumber << OffsetBits) | offset;

    /// <summary>False for a number that no journal can have made.</summary>
    public static bool IsValid(long position) => position >= 0 && position >> OffsetBits <= DateOnly.MaxValue.DayNumber;

    public static DateOnly Day(long position) => DateOnly.FromDayNumber((int)(position >> OffsetBits));

    public static long Offset(long position) => position & ((1L << OffsetBits) - 1);

    public static string FileName(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".jsonl";

    /// <summary>The days that have a file, oldest first.</summary>
    public static IReadOnlyList<DateOnly> Days(string directory)
    {
        var days = new List<DateOnly>();
        foreach (var file in Directory.EnumerateFiles(directory, "????-??-??.jsonl"))
            if (DateOnly.TryParseExact(Path.GetFileNameWithoutExtension(file), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) days.Add(day);
        days.Sort();
        return days;
    }
}
