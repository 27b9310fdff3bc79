using System.Text;
using AiwgDaemon.Agents;
using AiwgDaemon.Config;

namespace AiwgDaemon.Tests.Config;

/// <summary>The keys of agents: what they mean, and what is said of wrong values.</summary>
public sealed class AgentsConfigTests
{
    [Fact]
    public void The_only_provider_is_the_default_and_no_more_run_than_actions_may()
    {
        var agents = Load("daemon: {max_parallel_actions: 1}\nagents: {providers: {local: {type: command, argv: [my-agent, -q]}}}")
            .Configuration!.Agents;
        agents.Default.ShouldBe("local");
        agents.MaxParallel.ShouldBe(1);
        agents.Providers["local"].Argv.ShouldBe(["my-agent", "-q"]);
        Load("{}").Configuration!.Agents.Providers.ShouldBeEmpty();
        Load("agents: {max_parallel: 7, providers: {a: {type: command, argv: [a]}}}")
            .Configuration!.Limits.Groups[AgentOptions.Group]
            .ShouldBe(7);
    }

    [Theory]
    [InlineData("agents: {default: locl, providers: {local: {type: command, argv: [a]}}}", "did you mean local?")]
    [InlineData("agents: {default: x, providers: {local: {type: command, argv: [a]}}}", "agents.default: \"x\" is not in agents.providers")]
    [InlineData("agents: {providers: {a: {type: claud, argv: [a]}}}", "agents.providers.a.type: ")]
    [InlineData("agents: {providers: {a: {type: command}}}", "argv")]
    [InlineData("agents: {providers: {a: {type: command, argv: []}}}", "agents.providers.a.argv: is an empty list")]
    [InlineData("agents: {providers: {a: {type: command, argv: [x, \"{{event.path}}\"]}}}", "agents.providers.a.argv[1]: has a placeholder")]
    [InlineData("agents: {max_parallel: 0}", "agents.max_parallel: is 0")]
    [InlineData("groups: {agents: 1}\nagents: {providers: {a: {type: command, argv: [a]}}}", "groups.agents: is the group of the runs of agents")]
    [InlineData("agents: {provider: {}}", "did you mean providers?")]
    public void What_cannot_be_meant_is_refused_with_the_cure(string file, string message) =>
        string.Join('\n', Load(file).Errors).ShouldContain(message);

    private static ConfigResult Load(string text) => ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => null);
}
