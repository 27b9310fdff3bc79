using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

// Rules that see what their own actions did.
public sealed partial class RouterTests
{
    [Fact]
    public async Task An_action_that_rewrites_its_trigger_runs_once_for_each_edit()
    {
        var rule = Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } };
        Use(rule);
        for (var edit = 1; edit <= 3; edit++)
        {
            await Edit("a.ts");
            var request = await Submitted(edit);
            _time.Advance(TimeSpan.FromSeconds(3));
            // The action writes as it ends; the watcher reports that one debounce later.
            _files["a.ts"] = _time.GetUtcNow();
            Finish(request);
            _time.Advance(TimeSpan.FromSeconds(2));
            await Publish(Events.Watch("a.ts", _time.GetUtcNow()));
            await Settled();
            _submitted.Count.ShouldBe(edit);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task An_edit_during_the_run_leads_to_one_following_run()
    {
        Use(Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } });
        await Edit("a.ts");
        var request = await Submitted(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        await Edit("a.ts");
        await Edit("b.ts");
        _time.Advance(TimeSpan.FromSeconds(5));
        Finish(request);
        await Settled();
        (await Submitted(2)).Events.Count.ShouldBe(2);
        Finish(_submitted[1]);
        await Settled();
        _submitted.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_change_during_the_run_restarts_it_at_once_where_own_changes_count()
    {
        Use(Rule(OnBusy.Restart) with { Event = new EventMatch { Source = EventSource.Watch }, IgnoreOwnChanges = false });
        await Edit("a.ts");
        var request = await Submitted(1);
        await Edit("a.ts");
        await Eventually.Until(() => { lock (_submitted) return _cancelled.Contains(request.Id); }, "the running action to be cancelled");
        Finish(request, ActionStatus.Cancelled);
        await Submitted(2);
    }

    [Fact]
    public async Task A_rule_on_actions_does_not_fire_on_its_own()
    {
        Use(Rule(OnBusy.Queue) with { Event = new EventMatch { Type = "action.*" } }, Rule(OnBusy.Queue, "work"));
        await Publish("a");
        Finish(await Submitted(1));
        var report = await Submitted(2);
        (report.RuleId, report.Events.Single().Subject).ShouldBe(("r", "work"));
        Finish(report);
        await Publish("b");
        (await Submitted(3)).RuleId.ShouldBe("work");
    }

    private Task Edit(string path)
    {
        _time.Advance(TimeSpan.FromMilliseconds(20));
        _files[path] = _time.GetUtcNow();
        return Publish(Events.Watch(path, _time.GetUtcNow()));
    }

    /// <summary>Lets the time pass in which changes count as the action's own.</summary>
    private async Task Settled()
    {
        _time.Advance(_router.Settle);
        await Eventually.Until(() => _router.Status.All(s => s.Held == 0), "the held changes to be judged");
    }
}
