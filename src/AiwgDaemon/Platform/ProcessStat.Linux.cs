using System.Globalization;

namespace AiwgDaemon.Platform;

/// <summary><c>/proc/PID/stat</c> of a process that lives: null for a zombie, and for one that has just gone.</summary>
internal static class ProcessStat
{
    // Numbered as in proc_pid_stat(5).
    public const int Session = 6;
    public const int StartTime = 22;
    public const int UserTime = 14;
    public const int SystemTime = 15;

    private const int State = 3;

    public static long? Field(int pid, int number)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        // The command in parentheses may hold anything, also ") "; the fields after the last one are fixed.
        var afterCommand = stat.LastIndexOf(')') + 2;
        if (afterCommand < 2 || afterCommand >= stat.Length || stat[afterCommand] is 'Z' or 'X') return null;
        var field = State;
        foreach (var range in stat.AsSpan(afterCommand).Split(' '))
        {
            if (field++ == number) return long.Parse(stat.AsSpan(afterCommand)[range], CultureInfo.InvariantCulture);
        }
        return null;
    }
}
