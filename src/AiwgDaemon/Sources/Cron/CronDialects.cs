using System.Globalization;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// What other schedulers have and this one does not (Quartz, Jenkins, Spring, OpenBSD, Go's robfig/cron), and what to write here instead.
/// For messages only: each cure is the text in the brackets at their end, null if there is none.
/// </summary>
internal static class CronDialects
{
    private const string Spread = "write a number, and jitter_seconds spreads the jobs";
    private const string Ask = "and let the action look at the date";

    /// <summary>Of letters that are no name of a month or day.</summary>
    public static string? OfWord(CronField field, ReadOnlySpan<char> word)
    {
        if (word is "H" or "h")
            return $"H of Jenkins is not supported: {Spread}";
        if (word is "R" or "r")
            return $"a random value is not supported: {Spread}";
        if (word is "L" or "l" && field == CronField.DayOfWeek)
            return "L of Quartz is not supported: write SAT, or the day that is meant";
        if (word is "L" or "l" or "LW" or "lw" or "W" or "w")
            return $"L and W of Quartz are not supported: for the last day of a month write 28-31 {Ask}, or run on day 1";
        // FRIL, MONL: the last one of a month.
        return word.Length == 4 && word[3] is 'L' or 'l' && field == CronField.DayOfWeek
            ? $"L of Quartz is not supported: write {word[..3]} {Ask}"
            : null;
    }

    /// <summary>Of a character that no field has, or not there.</summary>
    public static string? OfCharacter(CronField field, char c) => c switch
    {
        '?' => "write * instead of ?",
        '#' => $"# of Quartz is not supported: write the weekday alone {Ask}",
        'L' or 'l' => $"L of Quartz is not supported: write the {(field == CronField.DayOfWeek ? "weekday" : "day")} alone {Ask}",
        'W' or 'w' => $"W of Quartz is not supported: write the day alone {Ask}, or MON-FRI in day of week",
        '~' => $"~, a random value, is not supported: {Spread}",
        '-' => "a range is written FROM-TO",
        '%' => "% has no meaning here: what is run stands in the action",
        '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\u2014' or '\u2212' => $"U+{(int)c:X4} only looks like -: write -",
        '\u2217' or '\uff0a' or '\u066d' => $"U+{(int)c:X4} only looks like *: write *",
        '\uff0c' or '\u3001' or ';' => "write a comma",
        '\u00a0' or '\u2007' or '\u202f' or '\u3000' => $"U+{(int)c:X4} is no ordinary blank: write one",
        _ => null,
    };

    /// <summary>Of a step that is larger than its field.</summary>
    public static string? OfStep(CronField field, int step)
    {
        if (field == CronField.Minute && step >= 60) return OfMinutes(step);
        if (field == CronField.Hour && step == 24) return "write 0 for once a day: 0 0 * * *";
        if (field == CronField.Hour && step > 24)
            return step % 24 == 0 && step / 24 < 31
                ? $"a step counts within one day: for each {step / 24} days of a month write 0 0 */{step / 24} * *"
                : "a step counts within one day: name the days and hours";
        if (step == 0)
            return "leave the step out, or write 1";
        return field == CronField.DayOfMonth || field == CronField.Month
            ? $"a step counts within one {(field == CronField.Month ? "year" : "month")}: name the values"
            : null;
    }

    /// <summary>Of a macro that others have.</summary>
    public static string? OfMacro(ReadOnlySpan<char> text)
    {
        var word = text.ToString().ToLowerInvariant();
        if (
            word.StartsWith("@every", StringComparison.Ordinal)
            && word.Length > 6
            && (char.IsWhiteSpace(word[6]) || char.IsAsciiDigit(word[6]))
        )
            return OfEvery(word[6..].Trim());
        return word switch
        {
            "@minutely" or "@minute" or "@every_minute" or "@everyminute" or "@every-minute" or "@every" => "write * * * * *",
            "@every_second" or "@secondly" or "@second" => "a minute is the shortest: write * * * * *",
            "@every_hour" => "write @hourly",
            "@every_day" or "@nightly" => "write @daily",
            "@quarterly" or "@every_quarter" => "write 0 0 1 */3 *",
            "@biweekly" or "@fortnightly" => "two weeks are no step of a month: write @weekly and let the action look at the week",
            "@weekdays" or "@weekday" or "@workdays" or "@business_days" => "write 0 0 * * MON-FRI",
            "@weekend" or "@weekends" => "write 0 0 * * SAT,SUN",
            "@noon" => "write 0 12 * * *",
            "@boot" or "@startup" or "@start" or "@restart" => "write @reboot",
            _ => null,
        };
    }

    private static string? OfEvery(string duration)
    {
        long seconds = 0, number = 0;
        var digits = false;
        foreach (var c in duration)
        {
            if (char.IsAsciiDigit(c) && number < 1_000_000)
            {
                (number, digits) = ((number * 10) + c - '0', true);
                continue;
            }
            seconds += c switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 } * number;
            number = 0;
        }
        if (!digits || seconds == 0) return "write */5 * * * * for every 5 minutes";
        if (seconds < 60) return "a minute is the shortest: write * * * * *";
        return seconds % 60 == 0 ? OfMinutes(seconds / 60) : "there are no seconds: write */5 * * * * for every 5 minutes";
    }

    private static string OfMinutes(long minutes)
    {
        if (minutes == 1)
            return "write * * * * *";
        if (minutes < 60)
            return 60 % minutes == 0
                ? $"write */{minutes} * * * *"
                : $"{minutes} minutes are no part of an hour: */{minutes} * * * * begins anew with each hour";
        var hours = minutes / 60;
        if (minutes == 60) return "write 0 for each full hour: 0 * * * *";
        if (minutes == 1440) return "write 0 0 * * * for once a day";
        if (minutes % 60 == 0 && hours < 24)
            return 24 % hours == 0
                ? $"a step counts within one hour: write 0 */{hours} * * *"
                : $"{hours} hours are no part of a day: 0 */{hours} * * * begins anew with each day";
        // Half hours in between: of each three hours one job has the first and one the second half.
        if (minutes % 30 == 0 && minutes < 720 && 48 % (minutes / 30) == 0)
        {
            var both = minutes / 30;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"a step counts within one hour: {minutes} minutes need two jobs, 0 */{both} * * * and 30 {hours}/{both} * * *"
            );
        }
        return "a step counts within one hour: name the hours, or write two jobs";
    }
}
