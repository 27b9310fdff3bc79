using System.Text;
using AiwgDaemon.Cli;
using AiwgDaemon.Sources.Cron.Zones;
using AiwgDaemon.State;

namespace AiwgDaemon.Tests.Cli;

/// <summary>Times, counts and foreign text as people see them.</summary>
public sealed class ConsoleTextTests
{
    [Fact]
    public void An_instant_is_local_with_its_offset_on_a_terminal_and_utc_elsewhere()
    {
        var instant = new DateTimeOffset(2026, 11, 28, 23, 30, 15, 123, TimeSpan.Zero);
        var terminal = new TextStyle(Colour: false, 80, Terminal: true) { Zone = ZoneFiles.System.Read("Asia/Kolkata").Zone };
        terminal.Instant(instant, utc: false).ShouldBe("2026-11-29 05:00:15 +05:30");
        terminal.Instant(instant, utc: true).ShouldBe("2026-11-28T23:30:15.123Z");
        TextStyle.Plain.Instant(instant, utc: false).ShouldBe("2026-11-28T23:30:15.123Z");
    }

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.2, "200 ms")]
    [InlineData(2.54, "2.5 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(3600, "1 h")]
    [InlineData(18_120, "5 h 2 min")]
    [InlineData(273_600, "3 d 4 h")]
    public void A_duration_has_two_units_at_most(double seconds, string expected) =>
        ConsoleText.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Fact]
    public void An_instant_is_told_from_now_or_in_utc()
    {
        ConsoleText.When(Now.AddSeconds(-90), Now, utc: false).ShouldBe("1 min 30 s ago");
        ConsoleText.When(Now.AddHours(3), Now, utc: false).ShouldBe("in 3 h");
        ConsoleText.When(Now, Now, utc: false).ShouldBe("just now");
        ConsoleText.When(Now, Now, utc: true).ShouldBe("2026-11-22T09:00:00.000Z");
    }

    [Fact]
    public void Foreign_text_cannot_command_the_terminal() =>
        ConsoleText.Printable("a\e[2Jb\nc\td\u202ee").ShouldBe(@"a\x1b[2Jb\nc\td\u202ee");

    [Fact]
    public void A_name_that_is_no_text_shows_its_bytes() =>
        ConsoleText.Printable("a\udcff\udc80b").ShouldBe(@"a\xff\x80b");

    [Fact]
    public void Numbers_stand_on_the_right_and_the_last_column_gives_way()
    {
        var table = new TextTable("", false, true, false);
        table.Add("a", "5", "short");
        table.Add("long name", "12345", new string('x', 100));
        var text = new StringBuilder();
        table.WriteTo(text, 40);
        text.ToString().ShouldBe($"a              5  short\nlong name  12345  {new string('x', 21)}…\n");
    }

    [Fact]
    public void An_id_may_be_shortened_to_what_only_one_has()
    {
        var actions = new[] { "0h3kd9vz8m2q4zj7", "0h3kd9vz8m2q5aaa" }
            .Select(id => new ActionRecord
            {
                Id = id,
                RuleId = "r",
                EventId = Guid.Empty,
                Type = "exec",
                Command = "x",
                Status = ActionStatus.Completed,
                Attempt = 1,
                QueuedAt = Now,
            })
            .ToList();
        ActionLookup.Choose(actions, "4zj7").Id.ShouldBe("0h3kd9vz8m2q4zj7");
        ActionLookup.Choose(actions, "0h3kd9vz8m2q5").Id.ShouldBe("0h3kd9vz8m2q5aaa");
        Should.Throw<CommandException>(() => ActionLookup.Choose(actions, "0h3k")).Message.ShouldContain("fits 2 actions");
        Should.Throw<CommandException>(() => ActionLookup.Choose(actions, "zzz")).Message.ShouldContain("There is no action 'zzz'");
    }
}
