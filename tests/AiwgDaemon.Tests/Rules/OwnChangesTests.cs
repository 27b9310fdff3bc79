using AiwgDaemon.Rules;

namespace AiwgDaemon.Tests.Rules;

public sealed class OwnChangesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_written_after_the_end_is_foreign() =>
        Judged(end: 10, write: 10.5).ShouldBe(Authorship.Foreign);

    [Fact]
    public void A_trigger_rewritten_as_the_action_begins_or_ends_is_its_own()
    {
        Judged(end: 10, write: 0.1).ShouldBe(Authorship.Own);
        Judged(end: 10, write: 9.9).ShouldBe(Authorship.Own);
        Judged(end: 0.3, write: 0.2).ShouldBe(Authorship.Own);
    }

    [Fact]
    public void An_edit_in_the_middle_of_a_run_fires_again() =>
        Judged(end: 10, write: 5).ShouldBe(Authorship.Doubtful);

    [Fact]
    public void An_action_that_writes_in_the_middle_of_each_run_costs_one_run_more_and_then_none()
    {
        var changes = new OwnChanges();
        var verdicts = new List<Authorship>();
        for (var run = 0; run < 5; run++)
        {
            var start = Start.AddMinutes(run);
            changes.Begin(start, ["a"]);
            changes.End(start.AddSeconds(10));
            verdicts.Add(changes.Judge("a", start.AddSeconds(5), start.AddSeconds(12)));
        }
        verdicts.ShouldBe([Authorship.Doubtful, Authorship.Own, Authorship.Own, Authorship.Own, Authorship.Own]);
    }

    private static Authorship Judged(double end, double write)
    {
        var changes = new OwnChanges();
        changes.Begin(Start, ["a"]);
        changes.End(Start.AddSeconds(end));
        return changes.Judge("a", Start.AddSeconds(write), Start.AddSeconds(end + 2));
    }
}
