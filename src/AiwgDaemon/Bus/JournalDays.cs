namespace AiwgDaemon.Bus;

/// <summary>The files of the journal, one a day.</summary>
internal static class JournalDays
{
    /// <summary>The days that have a file, oldest first; none if the directory is not there.</summary>
    public static IReadOnlyList<DateOnly> In(string directory)
    {
        var days = new List<DateOnly>();
        try
        {
            foreach (var file in Directory.EnumerateFiles(directory, "????-??-??.jsonl"))
                if (JournalPosition.TryParseDay(Path.GetFileName(file), out var day)) days.Add(day);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing has happened here yet. A directory that may not be read is an error, which Directory.Exists would hide.
        }
        days.Sort();
        return days;
    }
}
