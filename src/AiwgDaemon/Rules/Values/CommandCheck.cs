namespace AiwgDaemon.Rules.Values;

/// <summary>
/// Finds out whether a command would run a value that is among its words: looks up the program, looks through those that start
/// another, and into the scripts that shells are given. Pure; what it finds goes to <see cref="ValueFindings"/>.
/// </summary>
internal sealed class CommandCheck(ValueFindings findings, ScriptScope scope, bool isArgv)
{
    private const int Deepest = 20;

    private int _depth;

    public ValueFindings Findings => findings;

    public ScriptScope Scope => scope;

    /// <param name="words">The program and its arguments.</param>
    /// <param name="input">The values that its standard input has.</param>
    /// <param name="onlyOptions">It may not be a program but the name of something: only what an option says is code counts.</param>
    public void Check(IReadOnlyList<CommandWord> words, IReadOnlyList<ValueOrigin> input, bool onlyOptions = false)
    {
        if (words.Count == 0 || findings.Fault is not null) return;
        var values = words.SelectMany(w => w.Origins).Concat(input).ToList();
        if (values.Count == 0 && !scope.HasVariables && words[0].Text != "alias")
            return;
        if (++_depth > Deepest)
            Refuse(
                values.Count > 0 ? values : scope.Any,
                "would be given to commands inside of commands, too many to look through",
                "write fewer of them"
            );
        else
            Program(words, input, values, onlyOptions);
        _depth--;
    }

    private void Program(IReadOnlyList<CommandWord> words, IReadOnlyList<ValueOrigin> input, List<ValueOrigin> values, bool onlyOptions)
    {
        var program = words[0];
        if (program.HasValue)
        {
            Refuse(
                program.Origins,
                "would choose the program that runs",
                $"name each program that may run: "
                    + $"{Command($"sh -c 'case $1 in test) npm test;; lint) npm run lint;; esac' sh {Shown(program.Origins[0])}")}"
            );
            return;
        }
        if (scope.Of(ScriptScope.File + Plain(program.Text)) is { Count: > 0 } written)
        {
            Refuse(written, $"would be in {program.Text}, which is run", "pass the value to it as an argument");
            return;
        }
        var name = program.Text[(program.Text.LastIndexOfAny(['/', '\\']) + 1)..];
        var isShell = name.Contains(CommandWord.Unknown) || program.HasBraces || scope.Aliases.Contains(name);
        if (!isShell && scope.Functions.Contains(name))
        {
            scope.Add(ScriptScope.Arguments, values);
            foreach (var word in words.Skip(1)) Guard(word, words, protects: true);
            return;
        }
        if (ShellBuiltIn.Check(this, name, words, input)) return;
        var syntax = isShell ? ProgramSyntax.Find("sh") : ProgramSyntax.Find(name);
        if (syntax is not null)
        {
            var shown = isShell ? "a program that a variable, pattern or alias names (it may be a shell)" : program.Text;
            new CommandWalk(new CommandLine(this, syntax, isShell ? "sh" : name, shown, words, input, onlyOptions)).Run(1);
            return;
        }
        if (onlyOptions) return;
        foreach (var word in words.Skip(1)) Guard(word, words, protects: true);
        Search(words, 1);
    }

    /// <summary>Looks for an interpreter among the arguments of a program that nothing is known about.</summary>
    public void Search(IReadOnlyList<CommandWord> words, int from)
    {
        for (var i = from; i < words.Count - 1; i++)
        {
            if (!words[i].IsLiteral) continue;
            var name = words[i].Text[(words[i].Text.LastIndexOf('/') + 1)..];
            if (ProgramSyntax.Find(name) is { IsInterpreter: true }) Check([.. words.Skip(i)], [], onlyOptions: true);
        }
    }

    /// <summary>Looks into a script that is given to a shell.</summary>
    public void Script(string text, string shell, IReadOnlyCollection<ValueOrigin> arguments, IReadOnlyCollection<ValueOrigin> input)
    {
        if (arguments.Count == 0 && input.Count == 0 && !scope.HasVariables) return;
        var inner = scope.Inner(shell, arguments, input);
        if (inner.Depth > Deepest)
            Refuse(inner.Any, "would be given to scripts inside of scripts, too many to look through", "write fewer of them");
        else
            ShellScript.Inspect(text, inner, findings);
    }

    /// <summary>A word that must not begin with <c>-</c>, unless <c>--</c> stands before it.</summary>
    public void Guard(CommandWord word, IReadOnlyList<CommandWord> words, bool protects)
    {
        if (!word.HasValue || (protects && IsProtected(word, words))) return;
        findings.Guard(word);
    }

    public static bool IsProtected(CommandWord word, IReadOnlyList<CommandWord> words)
    {
        foreach (var earlier in words)
        {
            if (ReferenceEquals(earlier, word)) return false;
            if (earlier.Text == "--") return true;
        }
        return false;
    }

    /// <summary>NAME=VALUE for the environment of a program.</summary>
    public void Assign(CommandWord word, string shown)
    {
        var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        if (!word.HasValue) return;
        var name = equals < 0 ? word.Text : word.Text[..equals];
        if (name.Contains(CommandWord.Value))
            Refuse(
                word.Origins,
                $"would choose the variable that {shown} sets",
                $"write the name of the variable: {Command($"env MODE={Shown(word.Origins[0])} npm test")}"
            );
        else
            Assign(name, word.From(equals + 1), exported: true);
    }

    /// <summary>A value in a variable: refused in those that programs run.</summary>
    public void Assign(string name, CommandWord value, bool exported)
    {
        if (RunVariables.Contains(name))
            Refuse(
                value.Origins,
                $"would be in the variable {name}, which programs run or read as code",
                $"choose another name: {Command($"env MY_VALUE={Shown(value.Origins[0])} npm test")}"
            );
        if (exported)
            scope.Add(ScriptScope.Environment, value.Origins);
    }

    public void Refuse(IReadOnlyList<ValueOrigin> origins, string what, string instead) =>
        findings.Refuse(origins[0].Key, $"the value of {Shown(origins[0])} {what}", instead);

    /// <summary>The row's way that works, for this placeholder.</summary>
    public void Refuse(IReadOnlyList<ValueOrigin> origins, string what, ProgramSyntax syntax) =>
        Refuse(origins, what, $"write {Command(Filled(syntax.Cure, Shown(origins[0])))}");

    public static string Shown(ValueOrigin origin) => $"{{{{{origin.Name}}}}}";

    public static string Plain(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    /// <summary>A cure with the placeholder in place of V.</summary>
    public static string Filled(string cure, string placeholder) =>
        string.Join(
            ' ',
            cure.Split(' ').Select(w => w.EndsWith('V') && !char.IsAsciiLetter(w.Length > 1 ? w[^2] : ' ') ? w[..^1] + placeholder : w)
        );

    private string Command(string line) => isArgv ? ArgvExample.Of(line) : line;
}
