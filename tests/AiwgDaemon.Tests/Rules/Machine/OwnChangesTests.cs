using AiwgDaemon.Rules;

using AiwgDaemon.Rules.Machine;

namespace AiwgDaemon.Tests.Rules.Machine;

public sealed class OwnChangesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly OwnChanges _changes = new();
    private DateTimeOffset _now = Start;

    [Theory]
    [InlineData(-5, Authorship.Foreign)]
    [InlineData(-0.02, Authorship.Foreign)]
    [InlineData(-0.005, Authorship.Doubtful)]
    [InlineData(0, Authorship.Doubtful)]
    [InlineData(0.1, Authorship.Doubtful)]
    [InlineData(5, Authorship.Doubtful)]
    [InlineData(9.9, Authorship.Doubtful)]
    [InlineData(10, Authorship.Doubtful)]
    [InlineData(10.005, Authorship.Doubtful)]
    [InlineData(10.02, Authorship.Foreign)]
    [InlineData(15, Authorship.Foreign)]
    public void When_a_file_was_changed_says_only_whether_it_was_during_the_run(double seconds, object authorship)
    {
        Run(10);
        _changes.Judge("a", Start.AddSeconds(seconds), 1).ShouldBe((Authorship)authorship);
        _changes.IsInRun(Start.AddSeconds(seconds)).ShouldBe((Authorship)authorship == Authorship.Doubtful);
    }

    [Fact]
    public void The_same_content_left_again_is_the_runs_own() =>
        Verdicts(7, 7, 7).ShouldBe([Authorship.Doubtful, Authorship.Own, Authorship.Own]);

    [Fact]
    public void A_file_that_is_gone_after_each_run_is_left_the_same_too() =>
        Verdicts(ContentMark.Gone, ContentMark.Gone).ShouldBe([Authorship.Doubtful, Authorship.Own]);

    [Fact]
    public void Other_content_after_each_run_is_suspected_at_the_third_and_no_sooner() =>
        Verdicts(1, 2, 3, 4).ShouldBe([Authorship.Doubtful, Authorship.Doubtful, Authorship.Suspect, Authorship.Suspect]);

    [Fact]
    public void Content_that_cannot_be_read_counts_as_different() =>
        Verdicts(null, null, null).ShouldBe([Authorship.Doubtful, Authorship.Doubtful, Authorship.Suspect]);

    [Fact]
    public void A_run_without_the_change_ends_the_row() =>
        Verdicts(1, 2, 0xdead, 3, 4).ShouldBe([Authorship.Doubtful, Authorship.Doubtful, Authorship.Doubtful, Authorship.Doubtful]);

    [Fact]
    public void What_a_run_left_says_nothing_after_somebody_else_has_changed_the_file()
    {
        Verdicts(1);
        _changes.Forget("a");
        // Back to what it was, during the run: no run has seen that since.
        Verdicts(1).ShouldBe([Authorship.Doubtful]);
    }

    [Fact]
    public void A_change_after_the_run_makes_what_it_left_obsolete_too()
    {
        Verdicts(1);
        _changes.Judge("a", _now, 2).ShouldBe(Authorship.Foreign);
        Verdicts(1).ShouldBe([Authorship.Doubtful]);
    }

    [Theory]
    [InlineData(5, Authorship.Own)]
    [InlineData(5.3, Authorship.Own)]
    [InlineData(2, Authorship.Doubtful)]
    [InlineData(8, Authorship.Doubtful)]
    public void A_learnt_path_is_the_runs_own_at_about_its_time(double seconds, object authorship)
    {
        Verdicts(1, 2, 3);
        _changes.Learn("a", _now.AddSeconds(-10 - 5));
        var start = Run(10);
        _changes.Judge("a", start.AddSeconds(seconds), 4).ShouldBe((Authorship)authorship);
    }

    [Fact]
    public void What_was_learnt_is_forgotten_when_a_run_for_the_path_does_not_change_it()
    {
        Verdicts(1, 2, 3);
        _changes.Learn("a", _now.AddSeconds(-10 - 5));
        Run(10);
        Verdicts(4).ShouldBe([Authorship.Doubtful]);
    }

    // The content after each run, in the middle of which it was changed; 0xdead: it was not.
    private List<Authorship> Verdicts(params ulong?[] contents)
    {
        var verdicts = new List<Authorship>();
        foreach (var content in contents)
        {
            var start = Run(10);
            if (content != 0xdead) verdicts.Add(_changes.Judge("a", start.AddSeconds(5), content));
        }
        return verdicts;
    }

    private DateTimeOffset Run(double seconds)
    {
        var start = _now;
        _changes.Begin(start, ["a"]);
        _changes.IsRunning.ShouldBeTrue();
        _changes.End(start.AddSeconds(seconds));
        _now = start.AddSeconds(seconds + 10);
        return start;
    }
}
