using AiwgDaemon.Rules;

namespace AiwgDaemon.Tests.Rules;

public sealed class RunawayGuardTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(500);

    private readonly RunawayGuard _guard = new();
    private DateTimeOffset _now = Start;

    [Fact]
    public void A_rule_that_feeds_itself_is_held_tried_once_and_paused()
    {
        Chain(_ => "report.txt").ShouldBe(RunawayGuard.MaxFirings + 1);
        _guard.Suspicion.ShouldBe(Suspicion.Watched);
        Pass(RunawayGuard.Stillness);
        _guard.Try();
        Run();
        Fires("report.txt").ShouldBeFalse();
        (_guard.Suspicion, _guard.Holds).ShouldBe((Suspicion.Proved, true));
        _guard.Reset();
        Fires("report.txt").ShouldBeTrue();
    }

    [Fact]
    public void One_that_writes_a_new_file_each_time_is_noticed_too()
    {
        Chain(i => $"out-{i}.log", seconds: 0.2).ShouldBe(RunawayGuard.MaxInARow + 1);
        Pass(RunawayGuard.Stillness);
        _guard.Try();
        Run();
        Fires("out-17.log").ShouldBeFalse();
        _guard.Suspicion.ShouldBe(Suspicion.Proved);
    }

    [Fact]
    public void Runs_that_take_a_minute_each_make_no_endless_chain_either() => Chain(_ => "report.txt", seconds: 60).ShouldBe(RunawayGuard.MaxInARow + 1);

    [Fact]
    public void One_that_leaves_two_new_files_each_time_with_a_run_for_each_is_noticed_before_it_has_doubled_often()
    {
        var (waiting, runs) = (1, 0);
        for (var round = 0; round < 12 && !_guard.Holds; round++)
        {
            var changes = new List<DateTimeOffset>();
            for (; waiting > 0; waiting--, runs++)
            {
                _guard.Started(_now);
                Pass(TimeSpan.FromMilliseconds(20));
                changes.AddRange([_now, _now]);
                Pass(TimeSpan.FromMilliseconds(1));
                _guard.Finished(_now);
            }
            // Judged when the last of them has ended: most are of earlier runs.
            Pass(Debounce);
            foreach (var changed in changes)
                if (!_guard.Holds && _guard.Admits($"out/{runs}-{waiting}", changed, _now, Debounce, viaOthers: false, ofEarlierRun: true)) waiting++;
        }
        _guard.Suspicion.ShouldBe(Suspicion.Watched);
        runs.ShouldBeLessThan(140);
    }

    [Fact]
    public void A_change_after_a_while_ends_the_row()
    {
        for (var i = 0; i < 200; i++)
        {
            if (i % RunawayGuard.MaxInARow == RunawayGuard.MaxInARow - 1) Pass(RunawayGuard.Reach(Debounce));
            Fires($"inbox/{i}").ShouldBeTrue();
            Run(6);
        }
    }

    [Fact]
    public void Somebody_who_saves_two_seconds_after_each_result_makes_no_chain()
    {
        for (var i = 0; i < 200; i++)
        {
            _guard.Admits("src/a.cs", _now, _now, Debounce, viaOthers: false).ShouldBeTrue();
            Run(1);
            Pass(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public void An_inbox_whose_files_are_always_new_is_held_once_and_never_paused()
    {
        var (held, runs) = (0, 0);
        for (var i = 0; i < 400; i++)
        {
            Pass(TimeSpan.FromSeconds(0.5));
            if (_guard.Holds)
            {
                held++;
                if (!_guard.IsAcquittedBy(_now, _now, Debounce)) continue;
            }
            else if (!Fires($"inbox/{i}")) continue;
            runs++;
            _guard.Started(_now);
            Pass(TimeSpan.FromSeconds(0.1));
            _guard.Finished(_now);
        }
        _guard.Suspicion.ShouldBe(Suspicion.None);
        held.ShouldBeInRange(1, 8);
        runs.ShouldBeGreaterThan(390);
    }

    [Fact]
    public void Saves_that_go_on_while_the_rule_is_held_acquit_it_for_a_while()
    {
        // Every other second, whatever the rule does.
        var held = 0;
        for (var i = 0; i < 200; i++)
        {
            Pass(TimeSpan.FromSeconds(1));
            if (_guard.Holds)
            {
                held++;
                if (!_guard.IsAcquittedBy(_now, _now, Debounce)) { Pass(TimeSpan.FromSeconds(1)); continue; }
            }
            else if (!Fires("src/a.cs")) { Pass(TimeSpan.FromSeconds(1)); continue; }
            Run(1);
        }
        held.ShouldBe(2);
        _guard.Suspicion.ShouldBe(Suspicion.None);
    }

    [Fact]
    public void The_last_change_that_a_chain_had_under_way_does_not_acquit_it()
    {
        Chain(_ => "a").ShouldBe(RunawayGuard.MaxFirings + 1);
        Pass(TimeSpan.FromSeconds(2));
        _guard.IsAcquittedBy(_now, _now, Debounce).ShouldBeFalse();
        _guard.IsAcquittedBy(_now.AddMilliseconds(300), _now, Debounce).ShouldBeFalse();
        _guard.Holds.ShouldBeTrue();
    }

    [Fact]
    public void The_experiment_is_one_run_which_acquits_where_nothing_follows_it()
    {
        Chain(_ => "a").ShouldBe(RunawayGuard.MaxFirings + 1);
        Pass(RunawayGuard.Stillness);
        _guard.Try();
        // An earlier run that ends only now is no experiment.
        _guard.Finished(_now);
        (_guard.MayRun, _guard.EndTrial(_now)).ShouldBe((true, false));
        _guard.Started(_now);
        (_guard.MayRun, _guard.EndTrial(_now)).ShouldBe((false, false));
        _guard.Finished(_now);
        Pass(RunawayGuard.Reach(Debounce));
        (_guard.EndTrial(_now), _guard.MayRun, _guard.Suspicion).ShouldBe((true, true, Suspicion.None));
    }

    [Fact]
    public void What_others_change_during_a_run_is_no_sign_of_a_chain()
    {
        for (var i = 0; i < 200; i++)
        {
            _guard.Started(_now);
            Pass(TimeSpan.FromSeconds(1));
            _guard.Admits("src/a.cs", _now, _now, Debounce, mayBeOwn: false).ShouldBeTrue();
            _guard.Finished(_now);
        }
    }

    [Fact]
    public void A_checkout_of_a_thousand_files_during_and_after_a_run_counts_once()
    {
        for (var round = 0; round < 3; round++)
        {
            _guard.Started(_now);
            for (var i = 0; i < 1000; i++) Fires($"src/{i}.cs").ShouldBeTrue();
            Pass(TimeSpan.FromSeconds(1));
            _guard.Finished(_now);
            Pass(TimeSpan.FromSeconds(1));
            for (var i = 0; i < 1000; i++) Fires($"src/{i}.cs").ShouldBeTrue();
            Pass(TimeSpan.FromSeconds(8));
        }
    }

    // Each firing runs the action, and a debounce after its end comes the next; how often until it is held.
    private int Chain(Func<int, string> subject, double seconds = 1)
    {
        for (var i = 0; i < 200; i++)
        {
            if (!Fires(subject(i))) return i;
            Run(seconds);
        }
        return 200;
    }

    private bool Fires(string subject) => _guard.Admits(subject, _now, _now, Debounce);

    private void Run(double seconds = 1)
    {
        _now += TimeSpan.FromMilliseconds(1);
        _guard.Started(_now);
        Pass(TimeSpan.FromSeconds(seconds));
        _guard.Finished(_now);
        Pass(Debounce);
    }

    private void Pass(TimeSpan time) => _now += time;
}
