using System.Globalization;

namespace AiwgDaemon.Actions.Kinds;

/// <summary>An agent loop: <c>aiwg ralph</c> with objective, completion and iterations.</summary>
internal sealed class RalphKind : ProgramKind
{
    public override ActionType Type => ActionType.Ralph;

    public override string Name => "ralph";

    public override string About => "an agent loop";

    public override IReadOnlyList<ActionKey> Keys { get; } =
    [
        new("objective", KeyForm.Text, "What the loop is to reach.")
        {
            Required = true, Example = "\"All tests pass\"", IsTemplate = true,
            Getter = static a => Optional(a.Objective), Setter = static (a, value) => a with { Objective = value[0] },
        },
        new("completion", KeyForm.Text, "How the loop knows that it is done.")
        {
            Example = "\"npm test exits 0\"", IsTemplate = true,
            Getter = static a => Optional(a.Completion), Setter = static (a, value) => a with { Completion = value[0] },
        },
        new("max_iterations", KeyForm.Number, "Upper bound of rounds.")
        {
            Least = 1, Most = 10_000, Example = "10",
            Getter = static a => Optional(a.MaxIterations?.ToString(CultureInfo.InvariantCulture)),
            Setter = static (a, value) => a with { MaxIterations = int.Parse(value[0], CultureInfo.InvariantCulture) },
        },
    ];

    public override IReadOnlyList<KeyedWord> Words(ActionDefinition action)
    {
        List<KeyedWord> words = [new("aiwg", "type"), new("ralph", "type"), new(action.Objective ?? action.Command, "objective")];
        if (action.Completion is { } completion)
            words.AddRange([new("--completion", "completion"), new(completion, "completion")]);
        if (action.MaxIterations is { } count)
            words.AddRange([
                new("--max-iterations", "max_iterations"),
                new(count.ToString(CultureInfo.InvariantCulture), "max_iterations"),
            ]);
        return words;
    }

    private static IReadOnlyList<string> Optional(string? value) => value is null ? [] : [value];
}
