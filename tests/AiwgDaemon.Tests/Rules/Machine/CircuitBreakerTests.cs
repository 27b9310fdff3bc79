using AiwgDaemon.Rules.Machine;

namespace AiwgDaemon.Tests.Rules.Machine;

public sealed class CircuitBreakerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(500);

    private readonly CircuitBreaker _breaker = new();
    private DateTimeOffset _now = Start;

    [Fact]
    public void A_rule_that_feeds_itself_is_held_tried_once_and_paused()
    {
        Chain(_ => "report.txt").ShouldBe(LoopEvidence.MaxFirings + 1);
        _breaker.State.ShouldBe(BreakerState.Open);
        Pass(CircuitBreaker.Stillness);
        _breaker.Probe();
        Run();
        Fires("report.txt").ShouldBeFalse();
        (_breaker.State, _breaker.Holds).ShouldBe((BreakerState.Locked, true));
        _breaker.Close();
        Fires("report.txt").ShouldBeTrue();
    }

    [Fact]
    public void One_that_writes_a_new_file_each_time_is_noticed_too()
    {
        Chain(i => $"out-{i}.log", seconds: 0.2).ShouldBe(LoopEvidence.MaxInARow + 1);
        Pass(CircuitBreaker.Stillness);
        _breaker.Probe();
        Run();
        Fires("out-17.log").ShouldBeFalse();
        _breaker.State.ShouldBe(BreakerState.Locked);
    }

    [Fact]
    public void Runs_that_take_a_minute_each_make_no_endless_chain_either() =>
        Chain(_ => "report.txt", seconds: 60).ShouldBe(LoopEvidence.MaxInARow + 1);

    [Fact]
    public void One_that_leaves_two_new_files_each_time_with_a_run_for_each_is_noticed_before_it_has_doubled_often()
    {
        var (waiting, runs) = (1, 0);
        for (var round = 0; round < 12 && !_breaker.Holds; round++)
        {
            var changes = new List<DateTimeOffset>();
            for (; waiting > 0; waiting--, runs++)
            {
                _breaker.Started(_now);
                Pass(TimeSpan.FromMilliseconds(20));
                changes.AddRange([_now, _now]);
                Pass(TimeSpan.FromMilliseconds(1));
                _breaker.Finished(_now);
            }
            // Judged when the last of them has ended: most are of earlier runs.
            Pass(Debounce);
            foreach (var changed in changes)
                if (
                    !_breaker.Holds
                    && _breaker.Admits(
                        new LoopSign($"out/{runs}-{waiting}", changed, _now, Debounce) { IsViaOthers = false, IsOfEarlierRun = true }
                    )
                )
                    waiting++;
        }
        _breaker.State.ShouldBe(BreakerState.Open);
        runs.ShouldBeLessThan(140);
    }

    [Fact]
    public void A_change_after_a_while_ends_the_row()
    {
        for (var i = 0; i < 200; i++)
        {
            if (i % LoopEvidence.MaxInARow == LoopEvidence.MaxInARow - 1) Pass(LoopEvidence.Reach(Debounce));
            Fires($"inbox/{i}").ShouldBeTrue();
            Run(6);
        }
    }

    [Fact]
    public void Somebody_who_saves_two_seconds_after_each_result_makes_no_chain()
    {
        for (var i = 0; i < 200; i++)
        {
            _breaker.Admits(new LoopSign("src/a.cs", _now, _now, Debounce) { IsViaOthers = false }).ShouldBeTrue();
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
            if (_breaker.Holds)
            {
                held++;
                if (!_breaker.IsAcquittedBy(_now, _now, Debounce)) continue;
            }
            else if (!Fires($"inbox/{i}")) continue;
            runs++;
            _breaker.Started(_now);
            Pass(TimeSpan.FromSeconds(0.1));
            _breaker.Finished(_now);
        }
        _breaker.State.ShouldBe(BreakerState.Closed);
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
            if (_breaker.Holds)
            {
                held++;
                if (!_breaker.IsAcquittedBy(_now, _now, Debounce)) { Pass(TimeSpan.FromSeconds(1)); continue; }
            }
            else if (!Fires("src/a.cs")) { Pass(TimeSpan.FromSeconds(1)); continue; }
            Run(1);
        }
        held.ShouldBe(2);
        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void The_last_change_that_a_chain_had_under_way_does_not_acquit_it()
    {
        Chain(_ => "a").ShouldBe(LoopEvidence.MaxFirings + 1);
        Pass(TimeSpan.FromSeconds(2));
        _breaker.IsAcquittedBy(_now, _now, Debounce).ShouldBeFalse();
        _breaker.IsAcquittedBy(_now.AddMilliseconds(300), _now, Debounce).ShouldBeFalse();
        _breaker.Holds.ShouldBeTrue();
    }

    [Fact]
    public void The_experiment_is_one_run_which_acquits_where_nothing_follows_it()
    {
        Chain(_ => "a").ShouldBe(LoopEvidence.MaxFirings + 1);
        Pass(CircuitBreaker.Stillness);
        _breaker.Probe();
        // An earlier run that ends only now is no experiment.
        _breaker.Finished(_now);
        (_breaker.MayRun, _breaker.EndProbe(_now)).ShouldBe((true, false));
        _breaker.Started(_now);
        (_breaker.MayRun, _breaker.EndProbe(_now)).ShouldBe((false, false));
        _breaker.Finished(_now);
        Pass(LoopEvidence.Reach(Debounce));
        (_breaker.EndProbe(_now), _breaker.MayRun, _breaker.State).ShouldBe((true, true, BreakerState.Closed));
    }

    [Fact]
    public void What_others_change_during_a_run_is_no_sign_of_a_chain()
    {
        for (var i = 0; i < 200; i++)
        {
            _breaker.Started(_now);
            Pass(TimeSpan.FromSeconds(1));
            _breaker.Admits(new LoopSign("src/a.cs", _now, _now, Debounce) { MayBeOwn = false }).ShouldBeTrue();
            _breaker.Finished(_now);
        }
    }

    [Fact]
    public void A_checkout_of_a_thousand_files_during_and_after_a_run_counts_once()
    {
        for (var round = 0; round < 3; round++)
        {
            _breaker.Started(_now);
            for (var i = 0; i < 1000; i++) Fires($"src/{i}.cs").ShouldBeTrue();
            Pass(TimeSpan.FromSeconds(1));
            _breaker.Finished(_now);
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

    private bool Fires(string subject) => _breaker.Admits(new LoopSign(subject, _now, _now, Debounce));

    private void Run(double seconds = 1)
    {
        _now += TimeSpan.FromMilliseconds(1);
        _breaker.Started(_now);
        Pass(TimeSpan.FromSeconds(seconds));
        _breaker.Finished(_now);
        Pass(Debounce);
    }

    private void Pass(TimeSpan time) => _now += time;
}
