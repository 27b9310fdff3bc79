using System.Text;
using AiwgDaemon.Agents;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Config;

namespace AiwgDaemon.Tests.Config;

/// <summary>The keys of agents: what they mean, and what is said of wrong values.</summary>
public sealed class AgentsConfigTests
{
    private const string One = "agents: {providers: {claude: {type: claude}}}\n";

    [Fact]
    public void The_only_provider_is_the_default_and_no_more_run_than_actions_may()
    {
        var agents = Load("daemon: {max_parallel_actions: 1}\nagents: {providers: {local: {type: command, argv: [my-agent, -q]}}}")
            .Configuration!.Agents;
        agents.Default.ShouldBe("local");
        agents.MaxParallel.ShouldBe(1);
        agents.Providers["local"].Definition.Start.ShouldBe(["-q"]);
        Load("{}").Configuration!.Agents.Providers.ShouldBeEmpty();
        Load("agents: {max_parallel: 7, providers: {a: {type: command, argv: [a]}}}")
            .Configuration!.Limits.Groups[AgentOptions.Group]
            .ShouldBe(7);
    }

    [Fact]
    public void A_provider_is_known_by_its_type_and_an_action_of_an_agent_is_in_the_lane_of_agents()
    {
        var configuration = Load(
            "agents: {default: c, providers: {c: {type: claude, model: m, permission: plan, args: [-x]}, x: {type: codex, program: /o/codex}}}\n"
            + "actions: {fix: {type: agent, prompt: Mend it, attempts: 2}}").Configuration!;
        var claude = configuration.Agents.Providers["c"];
        claude.Definition.Program.ShouldBe("claude");
        claude.Definition.Arguments.ShouldBe(["-x"]);
        claude.Model.ShouldBe("m");
        claude.Permission.ShouldBe(AgentPermission.Plan);
        configuration.Agents.Providers["x"].Definition.Program.ShouldBe("/o/codex");
        configuration.Agents.UntrustedPermission.ShouldBe(AgentPermission.Plan);
        configuration.Agents.ApproveUntrusted.ShouldBeTrue();
        configuration.Actions["fix"].Group.ShouldBe(AgentOptions.Group);
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
    [InlineData("actions: {a: {type: agent, prompt: x}}", "actions.a: needs an agent, and agents.providers has none")]
    [InlineData(One + "actions: {a: {type: agent}}", "actions.a: has no prompt")]
    [InlineData(One + "actions: {a: {type: agent, prompt: x, prompt_file: y}}", "actions.a.prompt: stands beside prompt_file")]
    [InlineData(One + "actions: {a: {type: agent, prompt: \"{{event.path}}\"}}", "actions.a.prompt: cannot hold a placeholder")]
    [InlineData(One + "actions: {a: {type: agent, prompt: x, provider: clad}}", "did you mean claude?")]
    [InlineData(One + "actions: {a: {type: agent, prompt: x, group: g}}\ngroups: {g: 1}", "actions.a.group: is not for agents")]
    [InlineData(One + "actions: {a: {type: agent, prompt: x, untrusted_permission: full}}", "untrusted_permission: is \"full\"")]
    [InlineData("agents: {providers: {a: {type: claude, argv: [x]}}}", "agents.providers.a.argv: does not belong to the type claude")]
    public void What_cannot_be_meant_is_refused_with_the_cure(string file, string message) =>
        string.Join('\n', Load(file).Errors).ShouldContain(message);

    private static ConfigResult Load(string text) => ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => null);
}
