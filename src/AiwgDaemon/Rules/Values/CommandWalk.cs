namespace AiwgDaemon.Rules.Values;

/// <summary>Reads one program's command line by its row of <see cref="ProgramTable"/>, as getopt would, and judges each place that has a
/// value.</summary>
internal sealed partial class CommandWalk(
    CommandCheck check,
    ProgramSyntax syntax,
    string name,
    string shown,
    IReadOnlyList<CommandWord> words,
    IReadOnlyList<ValueOrigin> input,
    bool onlyOptions
)
{
    private static readonly string[] StandardInput = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

    // After these the words belong to another program.
    private static readonly string[] Ends = [">", "=>", "$*", "@", "S", "N", "X", "F"];

    private string[] _places = syntax.Operands.Split(',', StringSplitOptions.RemoveEmptyEntries);
    private bool _changed;
    private bool _programGiven;
    private bool _optionsOver;
    private string? _replaced;
    private string _gitKey = "";

    public void Run(int from)
    {
        var operands = new List<int>();
        var i = from;
        for (; i < words.Count && check.Findings.Fault is null; i++)
        {
            var word = words[i];
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
                    Refuse(word, $"may be an option of {shown}");
                    continue;
                }
                // su's dash: a login shell.
                if (word.Text == "-" && _places.Contains("S")) continue;
                // An option or nothing, for all one can tell.
                if (syntax.StopsAtOperand && word is { BeginsUnknown: true, HasValue: false } && !word.Text.Contains('/')) continue;
                // Brace expansion makes options of a part of it.
                if (word is { HasBraces: true, HasValue: true }) Refuse(word, $"may be an option of {shown} after brace expansion");
            }
            if (AtEnd(operands.Count)) break;
            if (syntax.HasBundle && i == from && word.Text.Length > 0)
            {
                i = Bundle(word, i);
                continue;
            }
            operands.Add(i);
            _optionsOver |= syntax.StopsAtOperand;
        }
        for (var n = 0; n < operands.Count; n++) Operand(words[operands[n]], n, operands);
        if (i < words.Count && AtEnd(operands.Count)) Rest(_places[operands.Count], i);
        else if (syntax.RunsAnything && from < words.Count) check.Search(words, from);
        if (input.Count > 0 && !onlyOptions && syntax.ReadsProgram && (syntax.AlwaysReadsProgram || !_programGiven))
            check.Refuse(input, $"would be in the standard input of {shown}, which runs it", syntax);
        if (syntax.ReadsVariables && check.Scope.Of(ScriptScope.Environment) is { Count: > 0 } exported)
            check.Refuse(exported, $"would be in a variable of {shown}, which expands it as a part of its language", syntax);
    }

    private bool AtEnd(int count) => count < _places.Length && Ends.Contains(_places[count]);

    private bool IsOption(CommandWord word) => word.Text.Length > 1 && (word.Text[0] == '-' || (word.Text[0] == '+' && syntax.IsShell));

    private int Option(CommandWord word, int at)
    {
        var text = word.Text;
        if (syntax.LongOption(word, out var length) is { } longOption)
            return Take(longOption, length < text.Length ? word.From(text[length] == '=' ? length + 1 : length) : null, at);
        if (text.StartsWith("--", StringComparison.Ordinal))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var option = equals < 0 ? text : text[..equals];
            if (option.Contains(CommandWord.Value)) Refuse(word, $"would choose an option of {shown}");
            else if (syntax.Option(option) is { } known) return Take(known, equals < 0 ? null : word.From(equals + 1), at);
            else if (word.HasValue && syntax.IsStrict) Refuse(word, $"would be in the option {option} of {shown}");
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
                if (known || syntax.IsStrict) Refuse(word, $"would be in the options {text[..k]} of {shown}");
                return at;
            }
            if (
                syntax.Option($"{text[0]}{text[k]}") is not { } option
                && (text[0] != '+' || (option = syntax.Option($"-{text[k]}")!) is null)
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
        if (word.HasValue) Refuse(word, $"would be in the options of {shown}");
        foreach (var c in word.Text)
            if (syntax.Option($"-{c}") is { } option) at = Take(option, null, at);
        return at;
    }

    /// <summary>Judges an option with its argument; returns the index of its last word.</summary>
    private int Take(ProgramOption option, CommandWord? attached, int at)
    {
        var argument = attached;
        if (argument is null && option.Form is ArgumentForm.Required or ArgumentForm.NameAndValue)
            argument = ++at < words.Count ? words[at] : null;
        if (option.Form == ArgumentForm.NameAndValue)
        {
            if (argument is { HasValue: true }) Refuse(argument, $"would be a name in the program of {shown}");
            argument = ++at < words.Count ? words[at] : null;
        }
        if (argument is not null) Argument(option, argument, isWord: attached is null, ref at);
        // What runs something outweighs what does not, whichever comes first.
        if (option.Operands is { } operands && (!_changed || operands.AsSpan().ContainsAny("!$>")))
        {
            _places = operands.Split(',');
            _changed = true;
        }
        _optionsOver |= option.EndsOptions;
        if (option.Name is "-I" or "-J") _replaced = argument?.Text;
        else if (option.Name is "-i" or "--replace") _replaced = argument is { Text.Length: > 0 } ? argument.Text : "{}";
        return at;
    }

    private void Argument(ProgramOption option, CommandWord argument, bool isWord, ref int at)
    {
        switch (option.Kind)
        {
            case PlaceKind.Code when argument.HasValue:
                Refuse(argument, $"would be run by {shown} {option.Name}");
                break;
            case PlaceKind.Code:
                Given(argument);
                if (
                    syntax.OpensNames
                    && (argument.Text.Contains("<>", StringComparison.Ordinal) || argument.Text.Contains("ARGV>", StringComparison.Ordinal))
                )
                    (_places, _changed) = (["!*"], true);
                break;
            case PlaceKind.Script:
                _programGiven = true;
                Script(argument, $"{shown} {option.Name}", at + 1);
                break;
            case PlaceKind.Assignment:
                check.Assign(argument, shown);
                break;
            case PlaceKind.GitSetting:
                var equals = argument.Text.IndexOf('=', StringComparison.Ordinal);
                GitSetting(equals < 0 ? argument.Text : argument.Text[..equals], argument);
                break;
            case PlaceKind.Words:
                if (argument.HasValue) Refuse(argument, $"would be split into words by {shown} {option.Name}, the first of which is run");
                else Words(argument.Text, at);
                at = words.Count;
                break;
            default:
                if (isWord && !onlyOptions) check.Guard(argument, words, protects: true);
                break;
        }
    }

    private void Operand(CommandWord word, int n, List<int> operands)
    {
        var place = n < _places.Length ? _places[n] : _places is [.., [.., '*'] last] ? last : "d";
        switch (place.TrimEnd('*'))
        {
            case "!" when word.HasValue:
                if (!onlyOptions || _changed) Refuse(word, $"would be run by {shown}, as a program or as the name of one");
                break;
            case "!":
                Given(word);
                if (check.Scope.Of(ScriptScope.File + CommandCheck.Plain(word.Text)) is { Count: > 0 } written)
                    check.Refuse(written, $"would be in {word.Text}, which {shown} runs", syntax);
                break;
            case "$":
                _programGiven = true;
                Script(word, $"{shown} -c", operands[n] + 1);
                break;
            case "m"
                when word.HasValue
                    && word.Text[0] is CommandWord.Value or CommandWord.Unknown or '+'
                    && !CommandCheck.IsProtected(word, words):
            case "l" when word.Leading.Any():
                Refuse(word, $"may begin with a character that makes it a command for {shown}");
                break;
            case "r"
                when word.HasValue
                    && word.Text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
                    && word.Text.LastIndexOf(CommandWord.Value) > colon:
                Refuse(word, $"would be expanded by a shell of the other machine that {shown} may start");
                break;
            case "g":
                if (n == 0) _gitKey = word.Text;
                GitSetting(_gitKey, word);
                break;
            default:
                if (!onlyOptions) check.Guard(word, words, protects: !syntax.MarkProtectsNothing);
                break;
        }
    }

    private void Script(CommandWord script, string how, int arguments)
    {
        if (script.HasValue) Refuse(script, $"would be a part of the script that {how} runs");
        else if (script.Text.Length > 0) check.Script(script.Text, name, [.. words.Skip(arguments).SelectMany(w => w.Origins)], input);
    }

    // Most settings of git name a program, an alias or a file with more of them.
    private void GitSetting(string key, CommandWord word)
    {
        if (!word.HasValue)
            return;
        if (
            key.Contains(CommandWord.Value)
            || !(
                key.StartsWith("user.", StringComparison.OrdinalIgnoreCase) || key.StartsWith("branch.", StringComparison.OrdinalIgnoreCase)
            )
        )
            Refuse(
                word,
                $"would be in the setting {key.Replace(CommandWord.Value, '…')} of git, which may name a program (user.* and branch.* "
                    + "take a value)"
            );
    }

    private void Given(CommandWord word) => _programGiven |= !StandardInput.Contains(word.Text);

    private void Refuse(CommandWord word, string what) => check.Refuse(word.Origins, what, syntax);
}
