using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Bus;

/// <summary>
/// How old the days of the journal are, and whether the clock that says so can be right. Guarded by the journal's lock; its file errors
/// are the caller's.
/// </summary>
internal sealed class JournalAge(string directory, HistoryOptions options, TimeProvider time, IssueReport report, ILogger logger)
{
    private const string ClockIssue = "bus.clock";

    // Files of so many later days show that time has passed, whatever the clock says: nobody's clock jumps every day.
    private const int DaysThatProve = 7;

    // As far ahead of the newest event as no pause of a project is likely to be.
    private const int DaysAhead = 400;

    private readonly ClockTrust _clock = new(time, TimeSpan.FromDays(options.EventsDays));
    private DateOnly _found;

    /// <summary>Begins with the newest day that an earlier daemon left; default if there is none.</summary>
    public void Begin(DateOnly newest)
    {
        _clock.Begin(newest);
        _found = newest;
    }

    /// <summary>Reports a clock that cannot be right, while the journal writes to <paramref name="day"/>.</summary>
    public void Look(DateOnly today, DateOnly day)
    {
        var isTrusted = _clock.Look();
        // A day is what a clock that runs ahead by minutes around midnight makes of it.
        if (today.DayNumber < day.DayNumber - 1)
            report(
                ClockIssue,
                $"The clock says {today:yyyy-MM-dd}, and the journal already has {day:yyyy-MM-dd}: it was or is wrong. "
                    + "Events go on behind those, and nothing is removed for its age; set the clock right, or, if it is right now, stop "
                        + "the daemon and move the days that have not come yet out of events/"
            );
        else if (!isTrusted && _found != default && today.DayNumber - _found.DayNumber > DaysAhead)
            report(
                ClockIssue,
                $"The clock says {today:yyyy-MM-dd}, and the newest event before is of {_found:yyyy-MM-dd}: nothing is removed for its "
                    + "age until that is certain; set the clock right if it is wrong"
            );
        else
            report(ClockIssue, null);
    }

    /// <summary>Removes what is past its days. No clock removes anything: a day goes when the clock may be believed, or when enough later
    /// days were written.</summary>
    /// <param name="today">By the calendar.</param>
    /// <param name="written">The day that is written to, which stays.</param>
    /// <param name="neededFrom">The day of this place in the journal, and what follows, stays.</param>
    public void RemoveOld(DateOnly today, DateOnly written, long neededFrom)
    {
        var days = JournalDays.In(directory);
        var isTrusted = _clock.Look();
        var needed = neededFrom == long.MaxValue ? DateOnly.MaxValue : JournalPosition.Day(neededFrom);
        for (var i = 0; i < days.Count; i++)
        {
            var day = days[i];
            if (day == written || day >= needed) continue;
            var age = today.DayNumber - (day > today ? WrittenOn(day) : day).DayNumber;
            if (age <= options.EventsDays || !(isTrusted || IsProved(days, i))) continue;
            var path = PathOf(day);
            SecureFile.MustBeOurs(path);
            File.Delete(path);
            BusLog.Pruned(logger, path, options.EventsDays);
        }
    }

    private bool IsProved(IReadOnlyList<DateOnly> days, int index) =>
        days.Skip(index + 1).Count(day => new FileInfo(PathOf(day)).Length > 0) > Math.Max(options.EventsDays, DaysThatProve);

    /// <summary>By the calendar, whatever its name says.</summary>
    public DateOnly WrittenOn(DateOnly day) => DateOnly.FromDateTime(File.GetLastWriteTimeUtc(PathOf(day)));

    private string PathOf(DateOnly day) => Path.Combine(directory, JournalPosition.FileName(day));
}
