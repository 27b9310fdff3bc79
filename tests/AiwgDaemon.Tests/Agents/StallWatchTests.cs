using AiwgDaemon.Agents.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Agents;

public sealed class StallWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private long _processor;

    [Fact]
    public void Silence_is_warned_of_at_half_of_the_limit_and_a_stall_at_the_whole()
    {
        var watch = Watch(10);
        After(watch, 4, bytes: 5).ShouldBeFalse();
        After(watch, 5, bytes: 5).ShouldBeFalse();
        watch.IsToWarn.ShouldBeTrue();
        After(watch, 4, bytes: 5).ShouldBeFalse();
        watch.IsToWarn.ShouldBeFalse();
        After(watch, 1, bytes: 5).ShouldBeTrue();
    }

    [Fact]
    public void Output_is_a_sign_of_life_and_time_of_the_processor_is_while_a_tool_works()
    {
        var watch = Watch(10);
        for (var i = 1; i < 10; i++) After(watch, 9, bytes: i).ShouldBeFalse();
        for (var i = 1; i < 10; i++)
        {
            _processor += 100;
            After(watch, 9, bytes: 9, tools: 1).ShouldBeFalse();
        }
        // Nobody waits for a tool: what the program uses it for is no work on the task.
        _processor += 100;
        After(watch, 10, bytes: 9).ShouldBeTrue();
    }

    [Fact]
    public void Without_a_limit_nothing_is_a_stall() => After(Watch(0), 100_000, bytes: 0).ShouldBeFalse();

    private StallWatch Watch(int minutes) => new(TimeSpan.FromMinutes(minutes), () => _processor, _time);

    private bool After(StallWatch watch, int minutes, long bytes, int tools = 0)
    {
        _time.Advance(TimeSpan.FromMinutes(minutes));
        return watch.IsStalled(bytes, tools);
    }
}
