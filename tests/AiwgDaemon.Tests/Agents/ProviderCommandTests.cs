using AiwgDaemon.Agents.Providers;

namespace AiwgDaemon.Tests.Agents;

public sealed class ProviderCommandTests
{
    [Theory]
    [InlineData("claude", "-p --output-format stream-json --verbose --permission-mode acceptEdits --model m")]
    [InlineData("codex", "exec --json --skip-git-repo-check - -c sandbox_mode=\"workspace-write\" --model m")]
    [InlineData("opencode", "run --format json --agent build --model m")]
    [InlineData("gemini", "--output-format stream-json --approval-mode auto_edit --model m")]
    public void A_provider_is_started_with_its_own_words(string type, string words) =>
        string.Join(' ', ProviderCommand.Build(ProviderCatalogue.Find(type, type)!, AgentPermission.Edit, "m", null, "/p"))
            .ShouldBe(words);

    [Theory]
    [InlineData("claude", "-p --output-format stream-json --verbose --resume s-1 --permission-mode plan")]
    [InlineData("codex", "exec resume --json --skip-git-repo-check s-1 - -c sandbox_mode=\"read-only\"")]
    [InlineData("opencode", "run --format json --session s-1 --agent plan")]
    [InlineData("gemini", "--output-format stream-json --resume s-1 --approval-mode plan")]
    public void A_session_is_resumed_with_its_id(string type, string words) =>
        string.Join(' ', ProviderCommand.Build(ProviderCatalogue.Find(type, type)!, AgentPermission.Plan, null, "s-1", "/p"))
            .ShouldBe(words);

    [Fact]
    public void What_a_provider_cannot_be_told_is_refused_with_the_cure()
    {
        var opencode = ProviderCatalogue.Find("opencode", "open")!;
        var own = ProviderCatalogue.Command("own", ["my-agent", "--in", "{prompt_file}"], PromptChannel.File);

        Refusal(opencode, AgentPermission.Full, null, null).ShouldBe("open has no permission 'full'; use one of plan, edit");
        Refusal(opencode, AgentPermission.Edit, "--yolo", null).ShouldContain("no name of a model");
        Refusal(opencode, AgentPermission.Edit, null, "--yolo").ShouldContain("session");
        Refusal(own, AgentPermission.Edit, "m", null).ShouldContain("remove the key model");
        Refusal(own, AgentPermission.Edit, null, "s").ShouldContain("start the task anew");
        ProviderCatalogue.Find("other", "x").ShouldBeNull();
        ProviderCatalogue.Types.ShouldAllBe(type => ProviderCatalogue.Find(type, type) != null);
    }

    [Fact]
    public void A_prompt_is_a_file_or_one_argument_that_is_no_option()
    {
        var file = ProviderCatalogue.Command("own", ["my-agent", "--in={prompt_file}"], PromptChannel.File);
        ProviderCommand.Build(file, AgentPermission.Edit, null, null, "/task/prompt.md").ShouldBe(["--in=/task/prompt.md"]);

        var argument = ProviderCatalogue.Command("own", ["my-agent"], PromptChannel.Argument);
        ProviderCommand.Build(argument, AgentPermission.Edit, null, null, "/p", "--help {prompt_file}").ShouldBe([" --help {prompt_file}"]);
        Should.Throw<ProviderException>(() => ProviderCommand.Build(argument, AgentPermission.Edit, null, null, "/p"));
    }

    private static string Refusal(ProviderDefinition provider, AgentPermission permission, string? model, string? session) =>
        Should.Throw<ProviderException>(() => ProviderCommand.Build(provider, permission, model, session, "/p")).Message;
}
