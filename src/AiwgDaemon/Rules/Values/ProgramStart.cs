namespace AiwgDaemon.Rules.Values;

/// <summary>Programs that start others: what stands behind their own words.</summary>
internal sealed class ProgramStart(CommandLine line)
{
    public void Rest(string place, int at)
    {
        var rest = line.Words.Skip(at).ToList();
        switch (place)
        {
            case ">":
                line.Check.Check(rest, line.Input, line.OnlyOptions);
                if (line.Syntax.RunsAnything) line.Check.Search(line.Words, at);
                break;
            case "=>":
                var first = rest.FindIndex(w => w.Text.IndexOf('=', StringComparison.Ordinal) <= 0);
                foreach (var word in first < 0 ? rest : rest.Take(first)) line.Check.Assign(word, line.Shown);
                if (first >= 0) line.Check.Check([.. rest.Skip(first)], line.Input, line.OnlyOptions);
                break;
            case "$*":
                line.IsProgramGiven = true;
                if (rest.Find(w => w.HasValue) is { } joined && !(line.OnlyOptions && !line.IsChanged))
                    line.Refuse(joined, $"would be a part of the script that {line.Shown} runs");
                else
                    line.Check.Script(string.Join(' ', rest.Select(w => w.Text)), "sh", [], line.Input);
                break;
            case "@":
                Subcommand(line.Words[at], at);
                break;
            case "S":
                new CommandWalk(line.As(ProgramSyntax.Find("sh")!, "sh", line.Shown)).Run(at);
                break;
            case "N":
                new CommandWalk(line.As(ProgramSyntax.Find("node")!, "node", line.Shown)).Run(at);
                break;
            case "X":
                IReadOnlyList<CommandWord> command =
                    line.Replaced is { } replaced ? [.. rest.Select(w => w.Replace(replaced, line.Input))]
                    : line.Input.Count == 0 ? rest
                    : [.. rest, new CommandWord(new string(CommandWord.Value, line.Input.Count), line.Input)];
                line.Check.Check(command, [], line.OnlyOptions);
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
            line.Refuse(word, $"would choose what {line.Shown} does");
            return;
        }
        if (ProgramSyntax.FindSub(line.Name, word.Text) is { } sub)
        {
            var full = $"{line.Name}-{word.Text}";
            var name = sub.Names.Contains(full) ? full : line.Name;
            new CommandWalk(line.As(sub, name, $"{line.Shown} {word.Text}")).Run(at + 1);
            if (line.Syntax.RunsAnything)
                line.Check.Search(line.Words, at + 1);
            return;
        }
        if (!line.OnlyOptions)
            foreach (var argument in line.Words.Skip(at + 1))
                line.Check.Guard(argument, line.Words, protects: !line.Syntax.MarkProtectsNothing);
        line.Check.Search(line.Words, at + 1);
    }

    private void Find(List<CommandWord> expression)
    {
        var values = expression.SelectMany(w => w.Origins).ToList();
        for (var i = 0; i < expression.Count; i++)
        {
            if (!line.OnlyOptions) line.Check.Guard(expression[i], line.Words, protects: false);
            if (expression[i].Text is not ("-exec" or "-execdir" or "-ok" or "-okdir")) continue;
            var end = expression.FindIndex(i, w => w.Text is ";" or "+");
            if (end < 0)
                end = expression.Count;
            line.Check.Check(
                [.. expression.Skip(i + 1).Take(end - i - 1).Select(w => w.Replace("{}", values))],
                line.Input,
                line.OnlyOptions
            );
            i = end;
        }
    }

    /// <summary>An option's text that is split into words, the first of which is a program.</summary>
    public static void Words(CommandLine line, string text, int at) =>
        line.Check.Check(
            [
                line.Words[0],
                .. text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(w => new CommandWord(w.Trim('\'', '"'), [])),
                .. line.Words.Skip(at + 1),
            ],
            line.Input,
            line.OnlyOptions
        );
}
