namespace AiwgDaemon.Rules.Values;

/// <summary>One program's command line while it is read: its words, its row of <see cref="ProgramTable"/>, and what its options have said
/// so far. Not thread-safe.</summary>
/// <param name="check">Judges what another program is given.</param>
/// <param name="syntax">The program's row.</param>
/// <param name="name">The program's name.</param>
/// <param name="shown">What messages call it.</param>
/// <param name="words">The program and its arguments.</param>
/// <param name="input">The values that its standard input has.</param>
/// <param name="onlyOptions">It may not be a program but the name of something: only what an option says is code counts.</param>
internal sealed class CommandLine(
    CommandCheck check,
    ProgramSyntax syntax,
    string name,
    string shown,
    IReadOnlyList<CommandWord> words,
    IReadOnlyList<ValueOrigin> input,
    bool onlyOptions
)
{
    public CommandCheck Check => check;

    public ProgramSyntax Syntax => syntax;

    public string Name => name;

    public string Shown => shown;

    public IReadOnlyList<CommandWord> Words => words;

    public IReadOnlyList<ValueOrigin> Input => input;

    public bool OnlyOptions => onlyOptions;

    /// <summary>What each operand is; an option may say otherwise.</summary>
    public string[] Places { get; set; } = syntax.Operands.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>An option has said what the operands are.</summary>
    public bool IsChanged { get; set; }

    /// <summary>It need not read its program from the standard input.</summary>
    public bool IsProgramGiven { get; set; }

    /// <summary>What xargs replaces in the words; null if it appends.</summary>
    public string? Replaced { get; set; }

    /// <summary>The same words for another program, which this one starts.</summary>
    public CommandLine As(ProgramSyntax other, string otherName, string otherShown) =>
        new(check, other, otherName, otherShown, words, input, onlyOptions);

    public void Refuse(CommandWord word, string what) => check.Refuse(word.Origins, what, syntax);
}
