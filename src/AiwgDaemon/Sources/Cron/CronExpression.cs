using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// A five-field cron expression as bit masks (see the parser for the grammar). Pure: no clock, no I/O; every question
/// takes the instant and the zone, and allocates nothing. Bit n of a mask is the value n.
/// </summary>
internal sealed class CronExpression
{
    // Bits 0, 7, 14 … 63: a week's mask times this is that week over and over.
    private const ulong EveryWeek = 0x8102_0408_1020_4081;

    private const uint MonthsOf31 = 1 << 1 | 1 << 3 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 12;
    private const uint February = 1 << 2;

    private readonly ulong _weekdays;

    private CronExpression(string text) => Text = text;

    private CronExpression(
        string text,
        ulong minutes,
        ulong hours,
        ulong days,
        ulong months,
        ulong weekdays,
        bool followsRealTime,
        bool eitherDay
    )
    {
        Text = text;
        Minutes = minutes;
        Hours = (uint)hours;
        Days = (uint)days;
        Months = (uint)months;
        FollowsRealTime = followsRealTime;
        EitherDay = eitherDay;
        _weekdays = ((weekdays | (weekdays >> 7)) & 0x7f) * EveryWeek;
        // Each date falls on each weekday in some year, so the lengths of the months alone can forbid a day.
        IsNever = !eitherDay && (Days << (31 - LongestMonth(Months))) == 0;
    }

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>True for <c>@reboot</c>: fires once at each start of the daemon and never by the clock.</summary>
    public bool IsReboot { get; private init; }

    /// <summary>True if no instant matches, for instance 30 February.</summary>
    public bool IsNever { get; }

    /// <summary>
    /// True if minute or hour starts with an asterisk or has all its values: fires whenever the wall clock shows a matching time. Else a
    /// time fires once, when the wall clock first shows or passes it.
    /// </summary>
    public bool FollowsRealTime { get; }

    /// <summary>True if a day matches by its date or by its weekday (neither field starts with an asterisk or has all its values); else it
    /// must match by both.</summary>
    public bool EitherDay { get; }

    public ulong Minutes { get; }

    public uint Hours { get; }

    public uint Days { get; }

    public uint Months { get; }

    /// <summary>Bit 0 is Sunday.</summary>
    public uint Weekdays => (uint)_weekdays & 0x7f;

    /// <summary>False with an error that names field, position and allowed range.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronExpression? expression, [NotNullWhen(false)] out string? error)
    {
        expression = Read(text, text, out error) ?? ReadMacro(text, ref error);
        if (expression is null) error = CronErrors.WrongAsAWhole(text) ?? error;
        return expression is not null;
    }

    /// <summary>True if the expression fires in the minute of the instant.</summary>
    public bool Matches(DateTimeOffset instant, Zone zone)
    {
        if (IsNever || IsReboot) return false;
        var minute = instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMinute);
        if (CronZone.TryLocalTime(minute, zone, out var local)) return MatchesLocal(local);
        return NextTicks(Math.Max(minute - 1, 0), zone, out _) is var next && next >= minute && next - minute < TimeSpan.TicksPerMinute;
    }

    /// <summary>The first fire strictly after the instant, with the zone's offset, or UTC's if .NET has no such offset; null if there is
    /// none before the year 10000.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, Zone zone)
    {
        var next = NextTicks(after.UtcTicks, zone, out var offset);
        if (next < 0) return null;
        // .NET takes whole minutes up to 14 hours; zones may have more, and more exact ones.
        return
            offset % TimeSpan.TicksPerMinute == 0
            && Math.Abs(offset) <= 14 * TimeSpan.TicksPerHour
            && next + offset <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(next + offset, new TimeSpan(offset))
            : new DateTimeOffset(next, TimeSpan.Zero);
    }

    private long NextTicks(long after, Zone zone, out long offset)
    {
        offset = 0;
        if (IsNever || IsReboot) return -1;
        if (ReferenceEquals(zone, Zone.Utc)) return NextLocal(after);
        return CronZone.Next(this, after, zone, out offset);
    }

    /// <summary>
    /// The first minute strictly after the given one that matches on a wall clock without any zone; ticks, -1 if there is none.
    /// </summary>
    public long NextLocal(long after)
    {
        var minutes = ((ulong)after / TimeSpan.TicksPerMinute) + 1;
        var day = (uint)(minutes / 1440);
        var inDay = (uint)(minutes - (day * 1440UL));
        if (day > (uint)DateOnly.MaxValue.DayNumber) return -1;
        DateOnly.FromDayNumber((int)day).Deconstruct(out var year, out var month, out var date);
        var first = day - (uint)date + 1;
        if ((Months >> month & 1) != 0 && (DaysOf(year, month, first) >> date & 1) != 0)
        {
            var time = NextInDay(inDay);
            if (time >= 0) return Ticks(day, time);
        }
        return NextDay(year, month, date + 1);
    }

    private bool MatchesLocal(long minute)
    {
        var minutes = (uint)((ulong)minute / TimeSpan.TicksPerMinute % 1440);
        var hour = minutes / 60;
        if ((Hours >> (int)hour & 1) == 0 || (Minutes >> (int)(minutes - (hour * 60)) & 1) == 0) return false;
        var day = (uint)((ulong)minute / TimeSpan.TicksPerDay);
        DateOnly.FromDayNumber((int)day).Deconstruct(out var year, out var month, out var date);
        return (Months >> month & 1) != 0 && (DaysOf(year, month, day - (uint)date + 1) >> date & 1) != 0;
    }

    private static CronExpression? Read(string text, ReadOnlySpan<char> fields, out string? error)
    {
        CronFault fault = default;
        var at = 0;
        var minutes = CronParser.Read(fields, ref at, CronField.Minute, ref fault, out var anyMinute);
        var hours = CronParser.Read(fields, ref at, CronField.Hour, ref fault, out var anyHour);
        var days = CronParser.Read(fields, ref at, CronField.DayOfMonth, ref fault, out var anyDay);
        var months = CronParser.Read(fields, ref at, CronField.Month, ref fault, out _);
        var weekdays = CronParser.Read(fields, ref at, CronField.DayOfWeek, ref fault, out var anyWeekday);
        CronParser.ReadEnd(fields, at, ref fault);
        error = null;
        if (fault.Kind == CronFaultKind.None)
        {
            // 0-23 and 0/1 say what an asterisk says.
            var followsRealTime = anyMinute || anyHour || minutes == CronField.Minute.All || hours == CronField.Hour.All;
            var anyDate = anyDay || days == CronField.DayOfMonth.All || anyWeekday || ((weekdays | (weekdays >> 7)) & 0x7f) == 0x7f;
            return new CronExpression(text, minutes, hours, days, months, weekdays, followsRealTime, !anyDate);
        }
        error = fault.In(fields);
        return null;
    }

    private static CronExpression? ReadMacro(string text, ref string? error)
    {
        var word = text.AsSpan().Trim();
        if (word.Length > 0 && word[0] == '@')
        {
            if (word.Equals("@reboot", StringComparison.OrdinalIgnoreCase)) return new CronExpression(text) { IsReboot = true };
            foreach (var (name, fields) in CronField.Macros)
                if (word.Equals(name, StringComparison.OrdinalIgnoreCase)) return Read(text, fields, out error);
            error = CronErrors.UnknownMacro(word);
        }
        else error = word.Length == 0 ? CronErrors.Empty : CronErrors.WrongCount(text) ?? error;
        return null;
    }

    private static int LongestMonth(uint months) => (months & MonthsOf31) != 0 ? 31 : months == February ? 29 : 30;

    private long NextDay(int year, int month, int date)
    {
        while (year <= 9999)
        {
            var months = Months >> month;
            if (months == 0)
            {
                (year, month, date) = (year + 1, 1, 1);
                continue;
            }
            if ((months & 1) == 0) (month, date) = (month + BitOperations.TrailingZeroCount(months), 1);
            var first = FirstOf(year, month);
            // A shift by 32 would be one by 0: no month has a 32nd day.
            var days = date > 31 ? 0 : DaysOf(year, month, first) >> date << date;
            if (days != 0) return Ticks(first + (uint)BitOperations.TrailingZeroCount(days) - 1, NextInDay(0));
            (month, date) = (month + 1, 1);
        }
        return -1;
    }

    private int NextInDay(uint from)
    {
        var hour = (int)(from / 60);
        var hours = Hours >> hour;
        if ((hours & 1) != 0)
        {
            var minute = (int)(from - ((uint)hour * 60));
            var minutes = Minutes >> minute;
            if (minutes != 0) return (hour * 60) + minute + BitOperations.TrailingZeroCount(minutes);
        }
        hours &= ~1u;
        return hours == 0 ? -1 : ((hour + BitOperations.TrailingZeroCount(hours)) * 60) + BitOperations.TrailingZeroCount(Minutes);
    }

    private uint DaysOf(int year, int month, uint first)
    {
        // Day 0 of the calendar, 1 January 1, is a Monday; bit 0 of the shifted weeks is the first of this month.
        var byWeekday = (uint)(_weekdays >> (int)((first + 1) % 7)) << 1;
        var days = EitherDay ? Days | byWeekday : Days & byWeekday;
        return days & (uint.MaxValue >> (31 - DateTime.DaysInMonth(year, month)));
    }

    private static uint FirstOf(int year, int month) => (uint)new DateOnly(year, month, 1).DayNumber;

    private static long Ticks(uint day, int minute) => (day * TimeSpan.TicksPerDay) + (minute * TimeSpan.TicksPerMinute);
}
