using AiwgDaemon.Runs;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Runs;

public sealed class AutomationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string?> _issues = [];

    private string Path => _directory.Combine("automation.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_switched_off_is_off_for_the_next_daemon()
    {
        Open().State.ShouldBe(AutomationState.On);
        File.Exists(Path).ShouldBeFalse();
        var until = new DateTimeOffset(2026, 11, 29, 17, 0, 0, TimeSpan.Zero);
        Open().Change(state => state with { IsPaused = true, PausedUntil = until, DisabledRules = ["a \"b\""] });
        var next = Open().State;
        (next.IsPaused, next.PausedUntil, next.IsDisabled).ShouldBe((true, until, false));
        next.DisabledRules.ShouldBe(["a \"b\""]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"paused":1,"disabled":false,"disabled_rules":[]}""")]
    [InlineData("""{"paused":true,"paused_until":"tomorrow","disabled":false,"disabled_rules":[]}""")]
    [InlineData("""{"paused":true,"disabled":false,"disabled_rules":[null]}""")]
    [InlineData("""{"paused":true,"disabled":false,"disabled_rules":{}}""")]
    public void A_damaged_file_is_set_aside_and_nothing_is_off(string content)
    {
        File.WriteAllText(Path, content);
        Open().State.ShouldBe(AutomationState.On);
        _issues["automation.damaged"].ShouldNotBeNull().ShouldContain(Path);
        File.ReadAllText(Directory.GetFiles(_directory.Path).Single()).ShouldBe(content);
    }

    [Fact]
    public void What_cannot_be_written_is_not_so()
    {
        var automation = Open();
        Directory.CreateDirectory(Path);
        Should.Throw<Exception>(() => automation.Change(state => state with { IsPaused = true })).ShouldBeAssignableTo<IOException>();
        automation.State.ShouldBe(AutomationState.On);
    }

    private Automation Open()
    {
        var automation = new Automation(Path, (key, message, _) => _issues[key] = message);
        automation.Open();
        return automation;
    }
}
