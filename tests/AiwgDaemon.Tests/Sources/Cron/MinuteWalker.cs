namespace AiwgDaemon.Tests.Sources.Cron;

/// <summary>A field made at random: its text, and the values it means, found without the parser.</summary>
internal sealed record RandomField(string Text, bool[] Values, int First, int Last)
{
    /// <summary>Begins with an asterisk, or has all its values; 0 and 7 are the same day.</summary>
    public bool Star =>
        Text.StartsWith('*')
        || Enumerable.Range(First, Last - First + 1).All(v => Values[v] || (Last == 7 && v is 0 or 7 && (Values[0] || Values[7])));

    public static RandomField Make(Random random, int first, int last, double starChance)
    {
        if (random.NextDouble() < starChance) return new RandomField("*", Fill(first, last, 1, new bool[64]), first, last);
        var values = new bool[64];
        var items = new List<string>();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var low = random.Next(first, last + 1);
            var high = random.Next(low, last + 1);
            var step = random.Next(1, last + 1);
            items.Add(random.Next(5) switch
            {
                0 when Fill(first, last, step, values) is not null => $"*/{step}",
                1 when Fill(low, high, 1, values) is not null => $"{low}-{high}",
                2 when Fill(low, high, step, values) is not null => $"{low}-{high}/{step}",
                3 when Fill(low, last, step, values) is not null => $"{low}/{step}",
                _ when Fill(low, low, 1, values) is not null => $"{low}",
                _ => "",
            });
        }
        return new RandomField(string.Join(',', items), values, first, last);
    }

    private static bool[] Fill(int first, int last, int step, bool[] values)
    {
        for (var value = first; value <= last; value += step) values[value] = true;
        return values;
    }
}

/// <summary>
/// The independent judge of CronExpression: looks at every minute of real time, one after the other, at what the wall clock
/// shows and at the latest it has shown before.
/// </summary>
internal sealed record MinuteWalker(RandomField Minute, RandomField Hour, RandomField Day, RandomField Month, RandomField Weekday)
{
    public string Text => $"{Minute.Text} {Hour.Text} {Day.Text} {Month.Text} {Weekday.Text}";

    public static MinuteWalker Make(Random random) => new(
        RandomField.Make(random, 0, 59, 0.2), RandomField.Make(random, 0, 23, 0.4), RandomField.Make(random, 1, 31, 0.6),
        RandomField.Make(random, 1, 12, 0.8), RandomField.Make(random, 0, 7, 0.6));

    public List<DateTime> Fires(DateTime after, DateTime until, ZoneOracle zone)
    {
        var fires = new List<DateTime>();
        var shown = DateTime.MinValue;
        for (var at = after.AddHours(-30); at <= until; at = at.AddMinutes(1))
        {
            var clock = DateTime.SpecifyKind(at + zone.OffsetAt(at), DateTimeKind.Unspecified);
            if (at > after && (Minute.Star || Hour.Star ? IsMatch(clock) : AnyMatch(shown, clock))) fires.Add(at);
            if (clock > shown) shown = clock;
        }
        return fires;
    }

    private bool AnyMatch(DateTime shown, DateTime clock)
    {
        for (var skipped = shown.AddMinutes(1); skipped <= clock; skipped = skipped.AddMinutes(1))
            if (IsMatch(skipped)) return true;
        return false;
    }

    private bool IsMatch(DateTime clock)
    {
        var weekday = (int)clock.DayOfWeek;
        var byDate = Day.Values[clock.Day];
        var byWeekday = Weekday.Values[weekday] || (weekday == 0 && Weekday.Values[7]);
        return Minute.Values[clock.Minute] && Hour.Values[clock.Hour] && Month.Values[clock.Month]
            && (Day.Star || Weekday.Star ? byDate && byWeekday : byDate || byWeekday);
    }
}
