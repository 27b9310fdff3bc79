namespace AiwgDaemon.Rules.Values;

// Programs that start others: what stands behind their own words.
internal sealed partial class CommandWalk
{
    private void Rest(string place, int at)
    {
        var rest = words.Skip(at).ToList();
        switch (place)
        {
            case ">":
                check.Check(rest, input, onlyOptions);
                if (syntax.RunsAnything) check.Search(words, at);
                break;
            case "=>":
                var first = rest.FindIndex(w => w.Text.IndexOf('=', StringComparison.Ordinal) <= 0);
                foreach (var word in first < 0 ? rest : rest.Take(first)) check.Assign(word, shown);
                if (first >= 0) check.Check([.. rest.Skip(first)], input, onlyOptions);
                break;
            case "$*":
                _programGiven = true;
                if (rest.Find(w => w.HasValue) is { } joined && !(onlyOptions && !_changed))
                    Refuse(joined, $"would be a part of the script that {shown} runs");
                else
                    check.Script(string.Join(' ', rest.Select(w => w.Text)), "sh", [], input);
                break;
            case "@":
                Subcommand(words[at], at);
                break;
            case "S":
                new CommandWalk(check, ProgramSyntax.Find("sh")!, "sh", shown, words, input, onlyOptions).Run(at);
                break;
            case "N":
                new CommandWalk(check, ProgramSyntax.Find("node")!, "node", shown, words, input, onlyOptions).Run(at);
                break;
            case "X":
                IReadOnlyList<CommandWord> command = _replaced is { } replaced
                    ? [.. rest.Select(w => w.Replace(replaced, input))]
                    : input.Count == 0 ? rest : [.. rest, new CommandWord(new string(CommandWord.Value, input.Count), input)];
                check.Check(command, [], onlyOptions);
                break;
            default:
                Find(rest);
                break;
        }
    }

    private void Subcommand(CommandWord word, int at)
    {
        if (word.HasValue)
        {
            Refuse(word, $"would choose what {shown} does");
            return;
        }
        if (ProgramSyntax.FindSub(name, word.Text) is { } sub)
        {
            new CommandWalk(
                check,
                sub,
                sub.Names.Contains($"{name}-{word.Text}") ? $"{name}-{word.Text}" : name,
                $"{shown} {word.Text}",
                words,
                input,
                onlyOptions
            ).Run(at + 1);
            if (syntax.RunsAnything)
                check.Search(words, at + 1);
            return;
        }
        if (!onlyOptions)
            foreach (var argument in words.Skip(at + 1)) check.Guard(argument, words, protects: !syntax.MarkProtectsNothing);
        check.Search(words, at + 1);
    }

    private void Find(List<CommandWord> expression)
    {
        var values = expression.SelectMany(w => w.Origins).ToList();
        for (var i = 0; i < expression.Count; i++)
        {
            if (!onlyOptions) check.Guard(expression[i], words, protects: false);
            if (expression[i].Text is not ("-exec" or "-execdir" or "-ok" or "-okdir")) continue;
            var end = expression.FindIndex(i, w => w.Text is ";" or "+");
            if (end < 0) end = expression.Count;
            check.Check([.. expression.Skip(i + 1).Take(end - i - 1).Select(w => w.Replace("{}", values))], input, onlyOptions);
            i = end;
        }
    }

    private void Words(string text, int at) =>
        check.Check(
            [
                words[0],
                .. text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(w => new CommandWord(w.Trim('\'', '"'), [])),
                .. words.Skip(at + 1),
            ],
            input,
            onlyOptions
        );
}
