namespace AiwgDaemon.Actions.Kinds;

/// <summary><c>aiwg &lt;command&gt;</c>.</summary>
internal sealed class CliKind : ProgramKind
{
    public override ActionType Type => ActionType.Cli;

    public override string Name => "cli";

    public override string About => "an aiwg command";

    public override IReadOnlyList<ActionKey> Keys { get; } =
    [
        new("command", KeyForm.Sentence, "The words after aiwg.")
        {
            Required = true,
            Example = "\"npm test\"",
            IsTemplate = true,
            Getter = static a => a.Argv,
            Setter = static (a, value) => a with { Argv = value },
        },
    ];

    public override IReadOnlyList<KeyedWord> Words(ActionDefinition action) =>
        [new("aiwg", "type"), .. action.Argv.Select(word => new KeyedWord(word, "command"))];
}
