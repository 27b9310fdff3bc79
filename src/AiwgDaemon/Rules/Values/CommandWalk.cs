namespace AiwgDaemon.Rules.Values;

/// <summary>Reads one program's command line by its row of <see cref="ProgramTable"/>, as getopt would, and has each place judged that has
/// a value.</summary>
internal sealed class CommandWalk(CommandLine line)
{
    // After these the words belong to another program.
    private static readonly string[] Ends = [">", "=>", "$*", "@", "S", "N", "X", "F"];

    private readonly PlaceJudge _judge = new(line);
    private bool _optionsOver;

    public void Run(int from)
    {
        var operands = new List<int>();
        var i = from;
        for (; i < line.Words.Count && line.Check.Findings.Fault is null; i++)
        {
            var word = line.Words[i];
            if (!_optionsOver)
            {
                if (word.Text == "--")
                {
                    _optionsOver = true;
                    continue;
                }
                if (IsOption(word))
                {
                    i = Option(word, i);
                    continue;
                }
                if (word.BeginsWithValue && word.Leading.Any(o => o.AllowsDash))
                {
                    line.Refuse(word, $"may be an option of {line.Shown}");
                    continue;
                }
                // su's dash: a login shell.
                if (word.Text == "-" && line.Places.Contains("S")) continue;
                // An option or nothing, for all one can tell.
                if (line.Syntax.StopsAtOperand && word is { BeginsUnknown: true, HasValue: false } && !word.Text.Contains('/')) continue;
                // Brace expansion makes options of a part of it.
                if (word is { HasBraces: true, HasValue: true })
                    line.Refuse(word, $"may be an option of {line.Shown} after brace expansion");
            }
            if (AtEnd(operands.Count)) break;
            if (line.Syntax.HasBundle && i == from && word.Text.Length > 0)
            {
                i = Bundle(word, i);
                continue;
            }
            operands.Add(i);
            _optionsOver |= line.Syntax.StopsAtOperand;
        }
        for (var n = 0; n < operands.Count; n++)
            _judge.Operand(line.Words[operands[n]], n, operands);
        if (i < line.Words.Count && AtEnd(operands.Count))
            new ProgramStart(line).Rest(line.Places[operands.Count], i);
        else if (line.Syntax.RunsAnything && from < line.Words.Count)
            line.Check.Search(line.Words, from);
        if (
            line.Input.Count > 0
            && !line.OnlyOptions
            && line.Syntax.ReadsProgram
            && (line.Syntax.AlwaysReadsProgram || !line.IsProgramGiven)
        )
            line.Check.Refuse(line.Input, $"would be in the standard input of {line.Shown}, which runs it", line.Syntax);
        if (line.Syntax.ReadsVariables && line.Check.Scope.Of(ScriptScope.Environment) is { Count: > 0 } exported)
            line.Check.Refuse(exported, $"would be in a variable of {line.Shown}, which expands it as a part of its language", line.Syntax);
    }

    private bool AtEnd(int count) => count < line.Places.Length && Ends.Contains(line.Places[count]);

    private bool IsOption(CommandWord word) =>
        word.Text.Length > 1 && (word.Text[0] == '-' || (word.Text[0] == '+' && line.Syntax.IsShell));

    private int Option(CommandWord word, int at)
    {
        var text = word.Text;
        if (line.Syntax.LongOption(word, out var length) is { } longOption)
            return Take(longOption, length < text.Length ? word.From(text[length] == '=' ? length + 1 : length) : null, at);
        if (text.StartsWith("--", StringComparison.Ordinal))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var option = equals < 0 ? text : text[..equals];
            if (option.Contains(CommandWord.Value)) line.Refuse(word, $"would choose an option of {line.Shown}");
            else if (line.Syntax.Option(option) is { } known) return Take(known, equals < 0 ? null : word.From(equals + 1), at);
            else if (word.HasValue && line.Syntax.IsStrict) line.Refuse(word, $"would be in the option {option} of {line.Shown}");
            return at;
        }
        return Cluster(word, at);
    }

    /// <summary>Short options behind one dash: each a flag, or one with an argument, which is what follows.</summary>
    private int Cluster(CommandWord word, int at)
    {
        var text = word.Text;
        var known = true;
        for (var k = 1; k < text.Length; k++)
        {
            if (text[k] == CommandWord.Value)
            {
                if (known || line.Syntax.IsStrict) line.Refuse(word, $"would be in the options {text[..k]} of {line.Shown}");
                return at;
            }
            if (
                line.Syntax.Option($"{text[0]}{text[k]}") is not { } option
                && (text[0] != '+' || (option = line.Syntax.Option($"-{text[k]}")!) is null)
            )
            {
                known = false;
                continue;
            }
            switch (option.Form)
            {
                case ArgumentForm.None:
                    if (Take(option, null, at) is var next && next != at) return next;
                    if (option.EndsOptions) return at;
                    continue;
                case ArgumentForm.Digits:
                    while (k + 1 < text.Length && char.IsAsciiLetterOrDigit(text[k + 1]) && char.IsAsciiDigit(text[k + 1])) k++;
                    continue;
                case ArgumentForm.NextWord:
                    at++;
                    continue;
                default:
                    return Take(option, k + 1 < text.Length ? word.From(k + 1) : null, at);
            }
        }
        return at;
    }

    /// <summary>tar's first word may be options without a dash, whose arguments follow in their order.</summary>
    private int Bundle(CommandWord word, int at)
    {
        if (word.HasValue) line.Refuse(word, $"would be in the options of {line.Shown}");
        foreach (var c in word.Text)
            if (line.Syntax.Option($"-{c}") is { } option) at = Take(option, null, at);
        return at;
    }

    /// <summary>Judges an option with its argument; returns the index of its last word.</summary>
    private int Take(ProgramOption option, CommandWord? attached, int at)
    {
        var argument = attached;
        if (argument is null && option.Form is ArgumentForm.Required or ArgumentForm.NameAndValue)
            argument = ++at < line.Words.Count ? line.Words[at] : null;
        if (option.Form == ArgumentForm.NameAndValue)
        {
            if (argument is { HasValue: true }) line.Refuse(argument, $"would be a name in the program of {line.Shown}");
            argument = ++at < line.Words.Count ? line.Words[at] : null;
        }
        if (argument is not null) _judge.Argument(option, argument, isWord: attached is null, ref at);
        // What runs something outweighs what does not, whichever comes first.
        if (option.Operands is { } operands && (!line.IsChanged || operands.AsSpan().ContainsAny("!$>")))
        {
            line.Places = operands.Split(',');
            line.IsChanged = true;
        }
        _optionsOver |= option.EndsOptions;
        if (option.Name is "-I" or "-J") line.Replaced = argument?.Text;
        else if (option.Name is "-i" or "--replace") line.Replaced = argument is { Text.Length: > 0 } ? argument.Text : "{}";
        return at;
    }
}
