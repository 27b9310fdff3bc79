namespace AiwgDaemon.Actions.Kinds;

/// <summary>A coding agent: the program of a provider, with the prompt of a task on standard input. Made of
/// <c>agents.providers</c>.</summary>
internal sealed class AgentKind : ProgramKind
{
    public override ActionType Type => ActionType.Agent;

    public override string Name => "agent";

    public override string About => "a coding agent";

    public override bool IsConfigurable => false;

    public override IReadOnlyList<ActionKey> Keys => [];

    public override IReadOnlyList<KeyedWord> Words(ActionDefinition action) => [.. action.Argv.Select(word => new KeyedWord(word, "argv"))];
}
