using System.Runtime.InteropServices;

namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>How a rule of POSIX counts the day on which a clock is changed.</summary>
internal enum RuleDateKind
{
    /// <summary><c>Mm.w.d</c>: a weekday of the month, the last one for week 5.</summary>
    Weekday,

    /// <summary><c>Jn</c>: 1 to 365, 29 February is not counted.</summary>
    Julian,

    /// <summary><c>n</c>: 0 to 365, 29 February is counted.</summary>
    Counted,
}

/// <summary>The day and time of each year at which a clock is changed.</summary>
/// <param name="Time">By the clock that is changed, ticks from midnight; negative or beyond 24 hours for another day.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RuleDate(RuleDateKind Kind, int Month, int Week, int Day, long Time)
{
    /// <summary>What the clock shows then, as ticks.</summary>
    public long At(int year) => (DayOf(year) * TimeSpan.TicksPerDay) + Time;

    private long DayOf(int year)
    {
        var newYear = new DateOnly(year, 1, 1).DayNumber;
        if (Kind == RuleDateKind.Counted) return newYear + Day;
        if (Kind == RuleDateKind.Julian) return newYear + Day - (Day < 60 || !DateTime.IsLeapYear(year) ? 1 : 0);
        var first = new DateOnly(year, Month, 1);
        var day = (Day - (int)first.DayOfWeek + 7) % 7 + ((Week - 1) * 7);
        if (day >= DateTime.DaysInMonth(year, Month)) day -= 7;
        return first.DayNumber + day;
    }
}
