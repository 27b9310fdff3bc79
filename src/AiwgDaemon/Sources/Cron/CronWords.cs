using System.Globalization;
using System.Numerics;

namespace AiwgDaemon.Sources.Cron;

/// <summary>An expression in words, from its masks: what it means, not how it was written.</summary>
internal static class CronWords
{
    private const int FewTimes = 6;

    private static readonly DateTimeFormatInfo Names = CultureInfo.InvariantCulture.DateTimeFormat;

    /// <summary>One sentence without a period.</summary>
    public static string Describe(CronExpression cron)
    {
        if (cron.IsReboot) return "Once at each start of the daemon";
        if (cron.IsNever) return "Never: no month that is given has such a day";
        var words = $"{Times(cron)}{Days(cron)}{Months(cron)}";
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>What happens if the clock is put forward or back; null if the expression does not go by the clock.</summary>
    public static string? DescribeClockChanges(CronExpression cron) =>
        cron switch
        {
            { IsReboot: true } or { IsNever: true } => null,
            { FollowsRealTime: true } =>
                "When the clock is put forward or back it goes by what the clock shows: a repeated hour counts twice, a skipped one not "
                    + "at all",
            _ =>
                "When the clock is put forward a skipped time fires right after the gap; when it is put back a repeated time fires the "
                    + "first time only",
        };

    private static string Times(CronExpression cron)
    {
        var allHours = cron.Hours == CronField.Hour.All;
        var minutes = Values(cron.Minutes);
        var hours = Values(cron.Hours);
        if (!allHours && minutes.Count * hours.Count <= FewTimes)
            return $"at {Join([.. hours.SelectMany(h => minutes.Select(m => $"{h:00}:{m:00}"))])}";
        var of =
            allHours ? ""
            : Step(hours, 24) is { } everyHours ? $", every {everyHours} hours"
            : $", in the {(hours.Count == 1 ? "hour" : "hours")} {Ranges(hours, h => $"{h}")}";
        if (minutes.Count == 60)
            return $"every minute{of}";
        if (Step(minutes, 60) is { } every)
            return $"every {every} minutes{of}";
        if (cron.Minutes == 1)
            return allHours ? "every hour, on the hour" : $"on the hour{of}";
        return $"at {(minutes.Count == 1 ? "minute" : "minutes")} {Ranges(minutes, m => $"{m}")} "
            + $"{(allHours ? "of every hour" : $"past the hour{of}")}";
    }

    private static string Days(CronExpression cron)
    {
        var days = Values(cron.Days);
        var byDate =
            cron.Days == CronField.DayOfMonth.All
                ? null
                : $"on {(days.Count == 1 ? "day" : "days")} {Ranges(days, d => $"{d}")} of the month";
        // The week is told from Monday on.
        var weekdays = Values((cron.Weekdays >> 1) | ((cron.Weekdays & 1) << 6));
        var byWeekday = weekdays.Count == 7 ? null : Ranges(weekdays, d => Names.GetDayName((DayOfWeek)((d + 1) % 7)));
        return (byDate, byWeekday) switch
        {
            (null, null) => HasFewTimes(cron) ? " every day" : "",
            ({ } date, null) => $", {date}",
            (null, { } weekday) => $", on {weekday}",
            ({ } date, { } weekday) when cron.EitherDay => $", {date} and also on {weekday}",
            ({ } date, { } weekday) => $", {date} where that is {weekday}",
        };
    }

    private static bool HasFewTimes(CronExpression cron) =>
        cron.Hours != CronField.Hour.All && BitOperations.PopCount(cron.Minutes) * BitOperations.PopCount(cron.Hours) <= FewTimes
        && cron.Months == CronField.Month.All;

    private static string Months(CronExpression cron) =>
        cron.Months == CronField.Month.All ? "" : $", in {Ranges(Values(cron.Months), Names.GetMonthName)}";

    private static List<int> Values(ulong mask)
    {
        var values = new List<int>();
        for (; mask != 0; mask &= mask - 1) values.Add(BitOperations.TrailingZeroCount(mask));
        return values;
    }

    // Only steps that divide the whole are regular across its end.
    private static int? Step(List<int> values, int whole)
    {
        if (values.Count < 2 || values[0] != 0 || whole % values.Count != 0) return null;
        var step = whole / values.Count;
        for (var i = 0; i < values.Count; i++)
            if (values[i] != i * step) return null;
        return step > 1 ? step : null;
    }

    private static string Ranges(List<int> values, Func<int, string> name)
    {
        var parts = new List<string>();
        for (var i = 0; i < values.Count; i++)
        {
            var first = i;
            while (i + 1 < values.Count && values[i + 1] == values[i] + 1) i++;
            if (i > first + 1) parts.Add($"{name(values[first])} to {name(values[i])}");
            else for (var j = first; j <= i; j++) parts.Add(name(values[j]));
        }
        return Join(parts);
    }

    private static string Join(List<string> parts) =>
        parts.Count == 1 ? parts[0] : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
}
