using AiwgDaemon.Rules;

namespace AiwgDaemon.Tests.Rules;

public sealed class RunawayGuardTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private readonly RunawayGuard _guard = new();

    [Fact]
    public void A_rule_that_feeds_itself_is_noticed() => FiringsUntilPaused(_ => "report.txt", secondsBetweenRuns: 2).ShouldBe(RunawayGuard.MaxFirings + 1);

    [Fact]
    public void Runs_that_take_longer_make_no_eleven_a_minute() => FiringsUntilPaused(_ => "report.txt", secondsBetweenRuns: 6).ShouldBe(200);

    [Fact]
    public void An_inbox_whose_files_are_always_new_may_be_busy() => FiringsUntilPaused(i => $"inbox/{i}", secondsBetweenRuns: 2).ShouldBe(200);

    [Fact]
    public void A_rule_that_writes_a_new_file_each_time_as_fast_as_it_can_is_noticed() =>
        FiringsUntilPaused(i => $"out-{i}.log", secondsBetweenRuns: 0.5).ShouldBe(61);

    [Fact]
    public void A_person_who_saves_while_nothing_runs_is_left_alone()
    {
        for (var i = 0; i < 200; i++)
        {
            var at = Start.AddSeconds(3 * i);
            _guard.Fires("src/a.cs", at, at).ShouldBeFalse();
            _guard.Started(at.AddSeconds(0.1));
            _guard.Finished(at.AddSeconds(1));
        }
    }

    [Fact]
    public void What_others_change_during_a_run_is_no_sign_of_a_chain()
    {
        for (var i = 0; i < 200; i++)
        {
            var at = Start.AddSeconds(2 * i);
            _guard.Started(at);
            _guard.Fires("src/a.cs", at.AddSeconds(1), at.AddSeconds(1), mayBeOwn: false).ShouldBeFalse();
            _guard.Finished(at.AddSeconds(1.9));
        }
    }

    [Fact]
    public void A_checkout_of_a_thousand_files_during_and_after_a_run_counts_once()
    {
        for (var round = 0; round < 3; round++)
        {
            var at = Start.AddSeconds(10 * round);
            _guard.Started(at);
            for (var i = 0; i < 1000; i++) _guard.Fires($"src/{i}.cs", at.AddSeconds(1), at.AddSeconds(1)).ShouldBeFalse();
            _guard.Finished(at.AddSeconds(2));
            for (var i = 0; i < 1000; i++) _guard.Fires($"src/{i}.cs", at.AddSeconds(3), at.AddSeconds(3)).ShouldBeFalse();
        }
    }

    // Each firing runs the action at once, and what it changes follows its end.
    private int FiringsUntilPaused(Func<int, string> subject, double secondsBetweenRuns)
    {
        for (var i = 0; i < 200; i++)
        {
            var at = Start.AddSeconds(i * secondsBetweenRuns);
            if (_guard.Fires(subject(i), at, at)) return i;
            _guard.Started(at);
            _guard.Finished(at.AddSeconds(secondsBetweenRuns / 2));
        }
        return 200;
    }
}
