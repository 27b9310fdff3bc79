namespace AiwgDaemon.Actions.Kinds;

/// <summary>A coding agent with a task: an action of the configuration, or what a provider of <c>agents.providers</c> runs for a task that
/// a person submits. Nothing of an event gets into its keys: the agent finds the events behind its prompt, as data.</summary>
internal sealed class AgentKind : ActionKind
{
    public override ActionType Type => ActionType.Agent;

    public override string Name => "agent";

    public override string About => "a coding agent of agents.providers, with a prompt";

    public override IReadOnlyList<ActionKey> Keys { get; } =
    [
        new("prompt", KeyForm.Document, "What the agent is to do; its events are added as data that is no instruction.")
        {
            Example = "\"Mend what the failing test shows.\"",
        },
        new("prompt_file", KeyForm.Text, "A file with the prompt, relative to the project; read when the task begins.")
        {
            Example = "prompts/fix.md",
        },
        new("provider", KeyForm.Text, "Agent in agents.providers.") { DefaultWords = "agents.default", Example = "claude" },
        new("model", KeyForm.Text, "Model, in the words of the agent.") { DefaultWords = "that of the provider", Example = "sonnet" },
        new("permission", KeyForm.Choice, "plan: reads; edit: changes files; full: everything, only for what you trust.")
        {
            Choices = ["plan", "edit", "full"],
            DefaultWords = "that of the provider",
        },
        new("untrusted_permission", KeyForm.Choice, "The same if an event is from others: a webhook, a changed file.")
        {
            Choices = ["plan", "edit"],
            DefaultWords = "agents.untrusted.permission",
        },
        new("approve", KeyForm.Choice, "Whether somebody has to approve the task before it starts.")
        {
            Choices = ["always", "never"],
            DefaultWords = "agents.untrusted.approve if an event is from others, else never",
        },
        new("isolation", KeyForm.Choice, "worktree: in a git worktree of its own; none: in the project itself.")
        {
            Choices = ["worktree", "none"],
            DefaultWords = "agents.isolation",
        },
        new("verify", KeyForm.Program, "Says whether the work is done: what it prints if it fails goes back to the agent.")
        {
            Example = "{argv: [npm, test]}",
        },
        new("attempts", KeyForm.Number, "How often the agent is started at most, until it has done the task.")
        {
            Least = 1,
            Most = 100,
            Default = "3",
        },
        new("stall_minutes", KeyForm.Amount, "An agent without a sign of life for so long is ended and tried again; 0: never.")
        {
            Most = 1440,
            Default = "15",
        },
    ];

    public override bool MayLackValues => false;

    public override string Describe(ActionDefinition action) =>
        action.Field("provider") is [var provider] ? $"agent {provider}" : "agent";
}
