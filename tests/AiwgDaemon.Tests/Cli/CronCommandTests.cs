using AiwgDaemon.Cli;

namespace AiwgDaemon.Tests.Cli;

public sealed class CronCommandTests
{
    [Theory]
    [InlineData(
        "30 2 * * *",
        "--timezone America/New_York --from 2026-03-07T00:00 --count 3",
        "2026-03-07T02:30:00-05:00\n2026-03-08T03:00:00-04:00\n2026-03-09T02:30:00-04:00\n"
    )]
    [InlineData("@daily", "--timezone UTC --from 2026-11-22T09:00:00Z", "2026-11-23T00:00:00+00:00\n")]
    [InlineData("0 0 30 2 *", "--count 5", "never\n")]
    [InlineData("@reboot", "", "never\n")]
    public void Next_prints_instants_one_a_line(string expression, string options, string expected) =>
        Run(["cron", "next", expression, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).ShouldBe((0, expected, ""));

    [Fact]
    public void Next_as_json() =>
        Run("cron", "next", "0 9 * * *", "--timezone", "UTC", "--from", "2026-11-22T09:00Z", "--json")
            .Output.ShouldContain("\"2026-11-23T09:00:00+00:00\"");

    [Theory]
    [InlineData(
        "cron next|60 * * * *",
        "aiwg-daemon: cron expression '60 * * * *': 60 in minute at position 1 is out of range: 0-59 (write 0 for the full hour)\n"
    )]
    [InlineData(
        "cron explain|x",
        "aiwg-daemon: cron expression 'x': hour is missing at position 2: write five fields, minute hour day-of-month month day-of-week\n"
    )]
    [InlineData(
        "cron next --timezone Mars/Base|* * * * *",
        "aiwg-daemon: --timezone 'Mars/Base' is not a time zone (write local, UTC or an IANA name such as Europe/Berlin)\n"
    )]
    [InlineData(
        "cron next --from soon|* * * * *",
        "aiwg-daemon: --from 'soon' is not an ISO 8601 instant (write for instance 2026-11-22, 2026-11-22T09:00, 2026-11-22T09:00:00Z or "
            + "2026-11-22T09:00:00+01:00)\n"
    )]
    [InlineData(
        "cron next 5 4 * *|*",
        "aiwg-daemon: '4' is one word too many; put the whole expression in quotes; see 'aiwg-daemon cron next --help'\n"
    )]
    [InlineData("cron next --count 0|* * * * *", "aiwg-daemon: --count 0 is out of range: 1-100000\n")]
    public void What_is_wrong_is_one_line_and_exit_code_2(string words, string expected)
    {
        var parts = words.Split('|');
        Run([.. parts[0].Split(' '), parts[1]]).ShouldBe((2, "", expected));
    }

    [Theory]
    [InlineData("*/15 9-17 * * MON-FRI", "Every 15 minutes, in the hours 9 to 17, on Monday to Friday")]
    [InlineData("1-10/3,20,30-40 0 1 * *", "At minutes 1, 4, 7, 10, 20 and 30 to 40 past the hour, in the hour 0, on day 1 of the month")]
    [InlineData("30 2 * * *", "At 02:30 every day")]
    [InlineData("0 0 13 * FRI", "At 00:00, on day 13 of the month and also on Friday")]
    [InlineData("0 0 1-7 * */2", "At 00:00, on days 1 to 7 of the month where that is Tuesday, Thursday, Saturday and Sunday")]
    [InlineData("* * * * *", "Every minute")]
    [InlineData("@hourly", "Every hour, on the hour")]
    [InlineData("5 4 * * sun", "At 04:05, on Sunday")]
    [InlineData("0 */2 1,15 6-8 *", "On the hour, every 2 hours, on days 1 and 15 of the month, in June to August")]
    [InlineData("0 0 30 2 *", "Never: no month that is given has such a day")]
    [InlineData("@reboot", "Once at each start of the daemon")]
    public void Explain_says_it_in_words(string expression, string meaning)
    {
        var (code, output, error) = Run("cron", "explain", expression);
        (code, error, output.Split('\n')[0]).ShouldBe((0, "", meaning));
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
