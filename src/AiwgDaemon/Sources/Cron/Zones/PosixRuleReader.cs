namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>
/// Reads a value of TZ such as <c>CET-1CEST,M3.5.0,M10.5.0/3</c> or <c>&lt;+03&gt;-3</c>: the grammar of POSIX with the times of up to 167
/// hours either way that RFC 9636 allows. What POSIX leaves open is as in glibc: an offset is at most 24:59:59, summer time without an
/// offset is an hour ahead, without a rule it is that of the United States.
/// </summary>
internal ref struct PosixRuleReader
{
    private const int MostHoursOfRule = 167;
    private const int MostHoursOfOffset = 24;

    private static readonly RuleDate DefaultStart = new(RuleDateKind.Weekday, 3, 2, 0, 2 * TimeSpan.TicksPerHour);
    private static readonly RuleDate DefaultEnd = new(RuleDateKind.Weekday, 11, 1, 0, 2 * TimeSpan.TicksPerHour);

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private PosixRuleReader(ReadOnlySpan<char> text) => _text = text;

    private readonly char Next => _at < _text.Length ? _text[_at] : '\0';

    /// <summary>Null if the text is no such rule.</summary>
    /// <param name="hasDates">False for a summer time without dates, for which those of the United States stand in.</param>
    public static PosixRule? Read(ReadOnlySpan<char> text, out bool hasDates)
    {
        var reader = new PosixRuleReader(text);
        hasDates = true;
        if (!reader.ReadName() || !reader.ReadOffset(out var standard)) return null;
        if (reader._at == text.Length) return new(standard, standard, DefaultStart, DefaultEnd);
        if (!reader.ReadName()) return null;
        var summer = standard + TimeSpan.TicksPerHour;
        if (reader.Next is not (',' or '\0') && !reader.ReadOffset(out summer)) return null;
        RuleDate start = DefaultStart, end = DefaultEnd;
        hasDates = reader.Take(',') && reader._at < text.Length;
        if (hasDates && (!reader.ReadDate(ref start) || (reader.Take(',') && !reader.ReadDate(ref end)))) return null;
        return reader._at == text.Length ? new(standard, summer, start, end) : null;
    }

    private bool Take(char c)
    {
        if (Next != c) return false;
        _at++;
        return true;
    }

    private bool ReadName()
    {
        var quoted = Take('<');
        var start = _at;
        while (char.IsAsciiLetter(Next) || (quoted && (char.IsAsciiDigit(Next) || Next is '+' or '-'))) _at++;
        return _at - start >= 3 && (!quoted || Take('>'));
    }

    // East of Greenwich is negative in POSIX.
    private bool ReadOffset(out long east)
    {
        var read = ReadTime(int.MaxValue, out var west);
        var most = (MostHoursOfOffset * TimeSpan.TicksPerHour) + (59 * TimeSpan.TicksPerMinute) + (59 * TimeSpan.TicksPerSecond);
        // glibc takes 25 hours as 24.
        east = -Math.Clamp(west, -most, most);
        return read;
    }

    private bool ReadDate(ref RuleDate date)
    {
        if (Take('M'))
        {
            if (!ReadNumber(out var month) || !Take('.') || !ReadNumber(out var week) || !Take('.') || !ReadNumber(out var day))
                return false;
            if (month is < 1 or > 12 || week is < 1 or > 5 || day > 6)
                return false;
            date = new(RuleDateKind.Weekday, month, week, day, date.Time);
        }
        else
        {
            var kind = Take('J') ? RuleDateKind.Julian : RuleDateKind.Counted;
            if (!ReadNumber(out var day) || day > 365 || (kind == RuleDateKind.Julian && day == 0)) return false;
            date = new(kind, 0, 0, day, date.Time);
        }
        if (!Take('/')) return true;
        var read = ReadTime(MostHoursOfRule, out var time);
        date = date with { Time = time };
        return read;
    }

    private bool ReadTime(int mostHours, out long ticks)
    {
        ticks = 0;
        var negative = Next == '-';
        if (Next is '-' or '+')
            _at++;
        if (!ReadNumber(out var hours) || hours > mostHours)
            return false;
        int minutes = 0,
            seconds = 0;
        if (Take(':') && (!ReadNumber(out minutes) || minutes > 59 || (Take(':') && (!ReadNumber(out seconds) || seconds > 59))))
            return false;
        ticks = (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute) + (seconds * TimeSpan.TicksPerSecond);
        if (negative) ticks = -ticks;
        return true;
    }

    private bool ReadNumber(out int number)
    {
        number = 0;
        var start = _at;
        for (; char.IsAsciiDigit(Next) && number < 10_000; _at++) number = (number * 10) + Next - '0';
        return _at > start && !char.IsAsciiDigit(Next);
    }
}
