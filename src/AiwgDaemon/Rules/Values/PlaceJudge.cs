namespace AiwgDaemon.Rules.Values;

/// <summary>Judges the places of a command line that have values: arguments of options, and operands.</summary>
internal sealed class PlaceJudge(CommandLine line)
{
    private static readonly string[] StandardInput = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

    private string _gitKey = "";

    public void Argument(ProgramOption option, CommandWord argument, bool isWord, ref int at)
    {
        switch (option.Kind)
        {
            case PlaceKind.Code when argument.HasValue:
                line.Refuse(argument, $"would be run by {line.Shown} {option.Name}");
                break;
            case PlaceKind.Code:
                Given(argument);
                if (
                    line.Syntax.OpensNames
                    && (argument.Text.Contains("<>", StringComparison.Ordinal) || argument.Text.Contains("ARGV>", StringComparison.Ordinal))
                )
                    (line.Places, line.IsChanged) = (["!*"], true);
                break;
            case PlaceKind.Script:
                line.IsProgramGiven = true;
                Script(argument, $"{line.Shown} {option.Name}", at + 1);
                break;
            case PlaceKind.Assignment:
                line.Check.Assign(argument, line.Shown);
                break;
            case PlaceKind.GitSetting:
                var equals = argument.Text.IndexOf('=', StringComparison.Ordinal);
                GitSetting(equals < 0 ? argument.Text : argument.Text[..equals], argument);
                break;
            case PlaceKind.Words:
                if (argument.HasValue)
                    line.Refuse(argument, $"would be split into words by {line.Shown} {option.Name}, the first of which is run");
                else
                    ProgramStart.Words(line, argument.Text, at);
                at = line.Words.Count;
                break;
            default:
                if (isWord && !line.OnlyOptions) line.Check.Guard(argument, line.Words, protects: true);
                break;
        }
    }

    public void Operand(CommandWord word, int n, List<int> operands)
    {
        var place = n < line.Places.Length ? line.Places[n] : line.Places is [.., [.., '*'] last] ? last : "d";
        switch (place.TrimEnd('*'))
        {
            case "!" when word.HasValue:
                if (!line.OnlyOptions || line.IsChanged)
                    line.Refuse(word, $"would be run by {line.Shown}, as a program or as the name of one");
                break;
            case "!":
                Given(word);
                if (line.Check.Scope.Of(ScriptScope.File + CommandCheck.Plain(word.Text)) is { Count: > 0 } written)
                    line.Check.Refuse(written, $"would be in {word.Text}, which {line.Shown} runs", line.Syntax);
                break;
            case "$":
                line.IsProgramGiven = true;
                Script(word, $"{line.Shown} -c", operands[n] + 1);
                break;
            case "m"
                when word.HasValue
                    && word.Text[0] is CommandWord.Value or CommandWord.Unknown or '+'
                    && !CommandCheck.IsProtected(word, line.Words):
            case "l" when word.Leading.Any():
                line.Refuse(word, $"may begin with a character that makes it a command for {line.Shown}");
                break;
            case "r"
                when word.HasValue
                    && word.Text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
                    && word.Text.LastIndexOf(CommandWord.Value) > colon:
                line.Refuse(word, $"would be expanded by a shell of the other machine that {line.Shown} may start");
                break;
            case "g":
                if (n == 0) _gitKey = word.Text;
                GitSetting(_gitKey, word);
                break;
            default:
                if (!line.OnlyOptions) line.Check.Guard(word, line.Words, protects: !line.Syntax.MarkProtectsNothing);
                break;
        }
    }

    private void Script(CommandWord script, string how, int arguments)
    {
        if (script.HasValue)
            line.Refuse(script, $"would be a part of the script that {how} runs");
        else if (script.Text.Length > 0)
            line.Check.Script(script.Text, line.Name, [.. line.Words.Skip(arguments).SelectMany(w => w.Origins)], line.Input);
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
            line.Refuse(
                word,
                $"would be in the setting {key.Replace(CommandWord.Value, '…')} of git, which may name a program (user.* and branch.* "
                    + "take a value)"
            );
    }

    private void Given(CommandWord word) => line.IsProgramGiven |= !StandardInput.Contains(word.Text);
}
