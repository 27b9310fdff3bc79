namespace AiwgDaemon.Actions.Kinds;

/// <summary>An argument vector, no shell.</summary>
internal sealed class ExecKind : ProgramKind
{
    public override ActionType Type => ActionType.Exec;

    public override string Name => "exec";

    public override string About => "a program, no shell";

    public override IReadOnlyList<ActionKey> Keys { get; } =
    [
        new("argv", KeyForm.Words, "Program and arguments; {{event.payload.x}} is replaced inside an element.")
        {
            Required = true,
            Example = "[npm, test]",
            IsTemplate = true,
            Getter = static a => a.Argv,
            Setter = static (a, value) => a with { Argv = value },
        },
    ];

    public override IReadOnlyList<KeyedWord> Words(ActionDefinition action) =>
        [.. action.Argv.Select((word, i) => new KeyedWord(word, $"argv[{i}]"))];
}
