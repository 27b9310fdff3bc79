namespace AiwgDaemon.Actions.Kinds;

/// <summary><c>/bin/sh -c</c>; <c>cmd /c</c> on Windows.</summary>
internal sealed class ShellKind : ProgramKind
{
    public override ActionType Type => ActionType.Shell;

    public override string Name => "shell";

    public override string About => "/bin/sh -c";

    public override IReadOnlyList<ActionKey> Keys { get; } =
    [
        new("command", KeyForm.Text, "The script, where {{…}} becomes a reference to a variable.")
        {
            Required = true, Example = "\"npm test\"", IsTemplate = true, IsScript = true,
            Getter = static a => a.Command.Length == 0 ? [] : [a.Command], Setter = static (a, value) => a with { Command = value[0] },
        },
    ];

    /// <summary>A script can ask whether a variable is empty.</summary>
    public override bool MayLackValues => true;

    public override IReadOnlyList<KeyedWord> Words(ActionDefinition action) => OperatingSystem.IsWindows()
        ? [new("cmd.exe", "type"), new("/d", "type"), new("/s", "type"), new("/c", "type"), new($"\"{action.Command}\"", "command")]
        : [new("/bin/sh", "type"), new("-c", "type"), new(action.Command, "command")];

    public override ActionCommand Command(ActionDefinition action) =>
        base.Command(action) with
        {
            ArgumentsAreRaw = OperatingSystem.IsWindows(),
        };

    public override string Describe(ActionDefinition action) => action.Command;
}
