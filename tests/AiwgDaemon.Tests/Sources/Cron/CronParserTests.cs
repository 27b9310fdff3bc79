using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Tests.Sources.Cron;

public sealed class CronParserTests
{
    [Theory]
    [InlineData("60 * * * *", "60 in minute at position 1 is out of range: 0-59 (write 0 for the full hour)")]
    [InlineData("0 24 * * *", "24 in hour at position 3 is out of range: 0-23 (write 0 for midnight)")]
    [InlineData("0 0 0 * *", "0 in day of month at position 5 is out of range: 1-31 (write 1 for the first day)")]
    [InlineData("0 0 1 13 *", "13 in month at position 7 is out of range: 1-12 or JAN-DEC")]
    [InlineData("0 0 * * 8", "8 in day of week at position 9 is out of range: 0-7 or SUN-SAT")]
    [InlineData("0 0 * * MOO", "'MOO' in day of week at position 9 is not a value: 0-7 or SUN-SAT (write MON)")]
    [InlineData("0 0 * january *", "'january' in month at position 7 is not a value: 1-12 or JAN-DEC (write JAN)")]
    [InlineData("30-10 * * * *", "range 30-10 in minute at position 1 is reversed: 0-59 (write 30-59,0-10)")]
    [InlineData("0 0 * * FRI-MON", "range FRI-MON in day of week at position 9 is reversed: 0-7 or SUN-SAT (write FRI-SAT,SUN-MON)")]
    [InlineData("*/0 * * * *", "step 0 in minute at position 3 is out of range: 1-59 (leave the step out, or write 1)")]
    [InlineData("*/60 * * * *", "step 60 in minute at position 3 is out of range: 1-59 (write 0 for each full hour: 0 * * * *)")]
    [InlineData("*/ * * * *", "the step is missing in minute at position 3: 1-59, as in */5")]
    [InlineData("1, * * * *", "a value is missing in minute at position 3: 0-59")]
    [InlineData("-1 * * * *", "'-' in minute at position 1 is not expected: 0-59 (a range is written FROM-TO)")]
    [InlineData("0 0 ? * *", "'?' in day of month at position 5 is not expected: 1-31 (write * instead of ?)")]
    [InlineData("99999999999999999999 * * * *", "99999999999999999999 in minute at position 1 is out of range: 0-59")]
    [InlineData(
        "* * * *",
        "day of week is missing at position 8: write five fields, minute hour day-of-month month day-of-week, for instance * * * * *"
    )]
    [InlineData(
        "0 0 12 * * MON",
        "extra field 'MON' at position 12, after day of week: write five fields, minute hour day-of-month month day-of-week (there are "
            + "no seconds and no years); without the seconds it is 0 12 * * MON"
    )]
    [InlineData("", "is empty: write five fields, minute hour day-of-month month day-of-week, or a macro such as @daily")]
    [InlineData(
        "@dialy",
        "'@dialy' at position 1 is not a macro: @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @reboot (write @daily)"
    )]
    public void A_mistake_is_named_with_its_field_position_and_range(string text, string expected)
    {
        CronExpression.TryParse(text, out _, out var error).ShouldBeFalse();
        error.ShouldBe(expected);
    }

    [Theory]
    [InlineData("@minutely", "write * * * * *")]
    [InlineData("@every_minute", "write * * * * *")]
    [InlineData("@every 5m", "write */5 * * * *")]
    [InlineData("@every 1m", "write * * * * *")]
    [InlineData("@every 1h", "0 * * * *")]
    [InlineData("@every 2h", "write 0 */2 * * *")]
    [InlineData("@every 24h", "write 0 0 * * *")]
    [InlineData("@every 30s", "write * * * * *")]
    [InlineData("@every 1h30m", "two jobs, 0 */3 * * * and 30 1/3 * * *")]
    [InlineData("@every", "write * * * * *")]
    [InlineData("@weekdays", "write 0 0 * * MON-FRI")]
    [InlineData("@startup", "write @reboot")]
    [InlineData("@month", "write @monthly")]
    [InlineData("*/90 * * * *", "two jobs, 0 */3 * * * and 30 1/3 * * *")]
    [InlineData("*/120 * * * *", "write 0 */2 * * *")]
    [InlineData("0/60 * * * *", "0 * * * *")]
    [InlineData("*/1440 * * * *", "write 0 0 * * *")]
    [InlineData("0 */24 * * *", "0 0 * * *")]
    [InlineData("0 */48 * * *", "write 0 0 */2 * *")]
    [InlineData("0 0 */32 * *", "within one month")]
    [InlineData("0 0 1 */18 *", "within one year")]
    [InlineData("CRON_TZ=Europe/Berlin 0 3 * * *", "timezone: Europe/Berlin")]
    [InlineData("TZ=UTC 0 3 * * *", "timezone: UTC")]
    [InlineData("1, 5 * * * *", "write 1,5 * * * *")]
    [InlineData("1 ,5 * * * *", "write 1,5 * * * *")]
    [InlineData("0 9 - 17 * * *", "write 0 9-17 * * *")]
    [InlineData("*/ 5 * * * *", "write */5 * * * *")]
    [InlineData("0 0 * * MON, WED", "write 0 0 * * MON,WED")]
    [InlineData("0 0 15W * *", "W of Quartz is not supported")]
    [InlineData("0 0 * * 5L", "L of Quartz is not supported")]
    [InlineData("0 0 * * FRIL", "write FRI ")]
    [InlineData("0 0 L * *", "28-31")]
    [InlineData("0 0 LW * *", "not supported")]
    [InlineData("0 0 L-3 * *", "not supported")]
    [InlineData("0 0 * * 5#2", "# of Quartz is not supported")]
    [InlineData("H * * * *", "jitter_seconds")]
    [InlineData("H/15 * * * *", "jitter_seconds")]
    [InlineData("H(0-29)/10 * * * *", "jitter_seconds")]
    [InlineData("0~30 * * * *", "jitter_seconds")]
    [InlineData("~ * * * *", "jitter_seconds")]
    [InlineData("0 0 3 * * ?", "it is 0 3 * * *")]
    [InlineData("0 0 12 ? * WED", "it is 0 12 * * WED")]
    [InlineData("0 0 12 * * ? 2027", "seconds and the year it is 0 12 * * *")]
    [InlineData("0\u00a03 * * *", "U+00A0")]
    [InlineData("0 9\u201317 * * *", "write -")]
    [InlineData("0 3 \u2217 * *", "write *")]
    [InlineData("*/5", "for instance */5 * * * *")]
    [InlineData("0 3 * *", "for instance 0 3 * * *")]
    public void What_other_schedulers_have_is_called_by_its_name_with_the_way_here(string text, string cure)
    {
        CronExpression.TryParse(text, out _, out var error).ShouldBeFalse();
        error.ShouldContain(cure);
    }

    [Theory]
    [InlineData("30 0-23 * * *", "30 * * * *")]
    [InlineData("30 0/1 * * *", "30 * * * *")]
    [InlineData("30 0-11,12-23 * * *", "30 * * * *")]
    [InlineData("0-59/1 3 * * *", "* 3 * * *")]
    [InlineData("0 3 1-31 * MON", "0 3 * * MON")]
    [InlineData("0 3 1/1 * MON", "0 3 * * MON")]
    [InlineData("0 3 13 * SUN-SAT", "0 3 13 * *")]
    [InlineData("0 3 13 * 1-7", "0 3 13 * *")]
    [InlineData("0 3 13 JAN-DEC *", "0 3 13 * *")]
    public void A_field_that_has_all_its_values_is_an_asterisk(string all, string star)
    {
        var (a, b) = (Parse(all), Parse(star));
        (a.FollowsRealTime, a.EitherDay).ShouldBe((b.FollowsRealTime, b.EitherDay));
        CronWords.Describe(a).ShouldBe(CronWords.Describe(b));
        CronWords.DescribeClockChanges(a).ShouldBe(CronWords.DescribeClockChanges(b));
    }

    [Theory]
    [InlineData("1-10/3,20,30-40 * * * *", "1,4,7,10,20,30-40 * * * *")]
    [InlineData("50/3 * * * *", "50,53,56,59 * * * *")]
    [InlineData("0 0 * * 5-7", "0 0 * * fri,sat,sun")]
    [InlineData("0 0 * * MON-SUN", "0 0 * * 0-6")]
    [InlineData("0 0 * * 7", "0 0 * * 0")]
    [InlineData("0 0 * * 5/2", "0 0 * * 5,0")]
    [InlineData("0 0 * jan-MAR/2 *", "0 0 * 1,3 *")]
    [InlineData(" 0\t0  1 1 * \n", "@yearly")]
    [InlineData("0 0 * * 0", "@Weekly")]
    [InlineData("0 * * * *", "@hourly")]
    public void Two_ways_to_write_the_same(string left, string right)
    {
        var (a, b) = (Parse(left), Parse(right));
        (a.Minutes, a.Hours, a.Days, a.Months, a.Weekdays).ShouldBe((b.Minutes, b.Hours, b.Days, b.Months, b.Weekdays));
    }

    [Theory]
    [InlineData("0 0 30 2 *", true)]
    [InlineData("0 0 31 2,4,6,9,11 */2", true)]
    [InlineData("0 0 30 2 MON", false)]
    [InlineData("0 0 29 2 */6", false)]
    [InlineData("0 0 30 2,4 *", false)]
    [InlineData("0 0 31 4,5 *", false)]
    public void Whether_it_never_fires_is_known_at_once(string text, bool never)
    {
        var cron = Parse(text);
        cron.IsNever.ShouldBe(never);
        (cron.Next(DateTimeOffset.UnixEpoch, Zone.Utc) is null).ShouldBe(never);
    }

    [Theory]
    [InlineData("0 0 13 * FRI", "2026-11-22T00:00Z", "2026-11-27")]
    [InlineData("0 0 */2 * FRI", "2026-11-22T00:00Z", "2026-11-27")]
    [InlineData("0 0 13 * */5", "2026-11-22T00:00Z", "2026-12-13")]
    public void Days_are_alternatives_only_where_neither_field_starts_with_an_asterisk(string text, string after, string day) =>
        Parse(text).Next(DateTimeOffset.Parse(after), Zone.Utc)!.Value.ToString("yyyy-MM-dd").ShouldBe(day);

    [Fact]
    public void Reboot_is_not_of_the_clock()
    {
        var cron = Parse("@reboot");
        cron.IsReboot.ShouldBeTrue();
        cron.Next(DateTimeOffset.UnixEpoch, Zone.Utc).ShouldBeNull();
    }

    private static CronExpression Parse(string text)
    {
        CronExpression.TryParse(text, out var cron, out var error).ShouldBeTrue(error);
        return cron!;
    }
}
