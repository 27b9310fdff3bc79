using System.Globalization;

namespace AiwgDaemon.Events;

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

    /// <summary>For people: the file and the offset in it.</summary>
    public static string Describe(long position) =>
        string.Create(CultureInfo.InvariantCulture, $"byte {Offset(position)} of {FileName(Day(position))}");

    /// <summary>The place as a file's name and an offset into it; zero if they are no place in a journal.</summary>
    public static long Parse(string? file, long offset) =>
        TryParseDay(file, out var day) && offset is >= 0 and < 1L << OffsetBits ? Of(day, offset) : 0;

    /// <summary>False if it is no name of a day's file.</summary>
    public static bool TryParseDay(string? file, out DateOnly day) =>
        DateOnly.TryParseExact(file, "yyyy-MM-dd'.jsonl'", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
