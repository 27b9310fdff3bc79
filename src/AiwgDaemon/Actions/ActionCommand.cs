using AiwgDaemon.Actions.Kinds;

namespace AiwgDaemon.Actions;

/// <summary>The program and the arguments that an action stands for, and the text that shows it. Pure.</summary>
internal sealed record ActionCommand(string Program, IReadOnlyList<string> Arguments)
{
    private const int LongestDescription = 500;

    /// <summary>Windows: the arguments are text for <c>cmd</c>, which has quoting rules of its own.</summary>
    public bool ArgumentsAreRaw { get; init; }

    /// <summary>True if the program is <c>aiwg</c>, which need not be installed.</summary>
    public bool IsAiwg => Program == "aiwg";

    public static ActionCommand For(ActionDefinition action) => ActionKinds.Of(action.Type) is ProgramKind program
        ? program.Command(action)
        : throw new ArgumentException($"The action {action.Name} is no program", nameof(action));

    /// <summary>One line for people: a shell's script, an argument vector quoted if a shell would need it, never a URL.</summary>
    public static string Describe(ActionDefinition action)
    {
        var text = ActionKinds.Of(action.Type).Describe(action);
        return text.Length <= LongestDescription ? text : string.Concat(text.AsSpan(0, LongestDescription), "…");
    }
}
