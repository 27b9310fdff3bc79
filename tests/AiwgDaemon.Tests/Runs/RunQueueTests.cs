using AiwgDaemon.Actions;
using AiwgDaemon.Runs;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Runs;

/// <summary>Which run is next.</summary>
public sealed class RunQueueTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RunQueue _queue = new(new Dictionary<string, int> { [ActionOptions.AgentGroup] = 2, ["one"] = 1 });

    [Fact]
    public void The_highest_priority_is_first_and_then_who_came_first()
    {
        Add("a", priority: 0);
        Add("b", priority: 5);
        Add("c", priority: 5);
        Taken().ShouldBe(["b", "c", "a"]);
    }

    [Fact]
    public void A_full_group_lets_others_by_until_a_place_is_free()
    {
        var first = Add("a", group: "one");
        Add("b", group: "one");
        Add("c");
        Taken().ShouldBe(["a", "c"]);
        _queue.Free(first);
        Taken().ShouldBe(["b"]);
    }

    [Fact]
    public void Without_a_slot_only_agents_start()
    {
        Add("script");
        Add("task", ActionType.Agent, ActionOptions.AgentGroup);
        Taken(onlyAgents: true).ShouldBe(["task"]);
        Taken().ShouldBe(["script"]);
    }

    // A user may have named a group so, too: its runs are programs like any other.
    [Fact]
    public void A_program_in_the_group_of_the_agents_needs_a_slot()
    {
        Add("script", group: ActionOptions.AgentGroup).TakesSlot.ShouldBeTrue();
        Taken(onlyAgents: true).ShouldBeEmpty();
        Taken().ShouldBe(["script"]);
    }

    [Fact]
    public void What_is_taken_out_does_not_start()
    {
        _queue.Remove(Add("a")).ShouldBeTrue();
        Add("b");
        Taken().ShouldBe(["b"]);
        _queue.Count.ShouldBe(0);
    }

    private Run Add(string id, ActionType type = ActionType.Exec, string? group = null, int priority = 0)
    {
        var action = new ActionDefinition { Name = id, Type = type, Argv = ["true"], Group = group, Priority = priority };
        var run = new Run(new RunPlan { Id = id, RuleId = "r", Action = action, Events = [TestEvents.Manual("go")] }, Now);
        _queue.Add(run);
        return run;
    }

    private List<string> Taken(bool onlyAgents = false)
    {
        var ids = new List<string>();
        while (_queue.TryTake(onlyAgents, out var run)) ids.Add(run.Id);
        return ids;
    }
}
