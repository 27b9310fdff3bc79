using System.Buffers;

namespace AiwgDaemon.Rules.Values;

/// <summary>The commands of a shell that evaluate their operands or put them into variables.</summary>
internal static class ShellBuiltIn
{
    private static readonly string[] Comparisons = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge"];

    // bash's test evaluates the subscript of the variable that these name.
    private static readonly string[] Variables = ["-v", "-R"];

    private static readonly string[] Evaluating = ["ksh", "ksh93", "mksh", "pdksh", "lksh", "oksh", "loksh", "zsh", "rksh", "rzsh"];

    private static readonly SearchValues<char> EvaluatingFlags = SearchValues.Create("iaAnFE");

    /// <summary>True if nothing more is to be said about the command.</summary>
    public static bool Check(CommandCheck check, string name, IReadOnlyList<CommandWord> words, IReadOnlyList<ValueOrigin> input)
    {
        switch (name)
        {
            case "[" or "[[" or "test":
                Test(check, words, evaluates: name == "[[" || Evaluating.Contains(check.Scope.Shell));
                if (name != "[[") words.Skip(1).ToList().ForEach(w => check.Guard(w, words, protects: true));
                return true;
            case "let" or "((":
                foreach (var word in words.Skip(1)) Arithmetic(check, word, "let");
                return true;
            case "declare" or "typeset" or "local" or "integer" or "float" or "readonly" or "export":
                Declare(check, name, words);
                return true;
            case "set":
                foreach (var word in words.Skip(1)) check.Guard(word, words, protects: true);
                check.Scope.Add(ScriptScope.Arguments, words.SelectMany(w => w.Origins));
                return true;
            case "read" or "mapfile" or "readarray":
                foreach (var word in words.Skip(1).Where(w => w.IsLiteral))
                    check.Scope.Add(word.Text, input);
                if (words.Count == 1 || words.Skip(1).All(w => w.Text.StartsWith('-')))
                    check.Scope.Add(name == "read" ? "REPLY" : "MAPFILE", input);
                return false;
            case "alias":
                foreach (var word in words.Skip(1).Where(w => w.IsLiteral && w.Text.Contains('=')))
                    check.Scope.AddAlias(word.Text[..word.Text.IndexOf('=', StringComparison.Ordinal)]);
                return false;
            case "tee":
                foreach (var word in words.Skip(1).Where(w => w.IsLiteral && !w.Text.StartsWith('-')))
                    check.Scope.Add(ScriptScope.File + CommandCheck.Plain(word.Text), input);
                return false;
            default:
                return false;
        }
    }

    /// <summary><c>NAME=VALUE</c> in a script; <paramref name="word"/> is all of it.</summary>
    public static void Assign(CommandCheck check, CommandWord word, bool exported, bool evaluates = false)
    {
        var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        var name = word.Text[..equals].TrimEnd('+');
        if (name.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket)
        {
            var subscript = name[bracket..];
            name = name[..bracket];
            var origins = subscript.Contains(CommandWord.Value) ? word.Origins : Tainted(check, subscript);
            if (origins.Count > 0) check.Refuse(origins, $"would be evaluated as the subscript of {name}", Number(origins));
        }
        var value = word.From(equals + 1);
        if (evaluates)
            check.Scope.Evaluate(name);
        if (!value.HasValue)
            return;
        if (check.Scope.IsEvaluating(name))
            check.Refuse(value.Origins, $"would be evaluated, because {name} is declared as a number or an array", Number(value.Origins));
        check.Scope.Add(name, value.Origins);
        check.Assign(name, value, exported);
    }

    /// <summary>Text that a shell evaluates as arithmetic: no value in it, and no name of a variable that has one.</summary>
    public static void Arithmetic(CommandCheck check, CommandWord word, string where)
    {
        var origins = word.HasValue ? word.Origins : Tainted(check, word.Text);
        if (origins.Count > 0) check.Refuse(origins, $"would be evaluated by {where}, where a shell may run it", Number(origins));
    }

    private static string Number(IReadOnlyList<ValueOrigin> origins) =>
        $"compare it with [ {CommandCheck.Shown(origins[0])} -gt 5 ], or write awk -v n={CommandCheck.Shown(origins[0])} 'BEGIN {{ print "
            + $"n + 1 }}'";

    /// <summary>The values in the variables that a text names.</summary>
    private static IReadOnlyList<ValueOrigin> Tainted(CommandCheck check, string text)
    {
        var i = 0;
        while (i < text.Length)
        {
            if (!char.IsAsciiLetter(text[i]) && text[i] != '_')
            {
                i++;
                continue;
            }
            var start = i;
            while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_')) i++;
            if (check.Scope.Of(text[start..i]) is { Count: > 0 } origins) return origins;
        }
        return [];
    }

    private static void Test(CommandCheck check, IReadOnlyList<CommandWord> words, bool evaluates)
    {
        for (var i = 1; i < words.Count; i++)
        {
            if (Variables.Contains(words[i].Text) && i + 1 < words.Count && words[i + 1].HasValue)
                check.Refuse(
                    words[i + 1].Origins,
                    $"would be evaluated as the name of a variable by {words[0].Text} {words[i].Text}",
                    $"test the value itself: [ -n {CommandCheck.Shown(words[i + 1].Origins[0])} ]"
                );
            if (!evaluates || !Comparisons.Contains(words[i].Text))
                continue;
            Arithmetic(check, words[i - 1], $"{words[0].Text} {words[i].Text}");
            if (i + 1 < words.Count) Arithmetic(check, words[i + 1], $"{words[0].Text} {words[i].Text}");
        }
    }

    private static void Declare(CommandCheck check, string name, IReadOnlyList<CommandWord> words)
    {
        var evaluates = name is "integer" or "float";
        foreach (var word in words.Skip(1))
        {
            if (word.Text.Length > 1 && word.Text[0] is '-' or '+')
            {
                evaluates |= word.Text.AsSpan(1).ContainsAny(EvaluatingFlags);
                if (word.HasValue)
                    check.Refuse(word.Origins, $"would be an option of {name}", $"write MY_VALUE={CommandCheck.Shown(word.Origins[0])}");
                continue;
            }
            var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
            var variable = equals < 0 ? word.Text : word.Text[..equals];
            if (variable.Contains(CommandWord.Value))
                check.Refuse(
                    word.Origins,
                    $"would choose the variable that {name} sets",
                    $"write MY_VALUE={CommandCheck.Shown(word.Origins[0])}"
                );
            else if (equals > 0)
                Assign(
                    check,
                    word,
                    exported: name is "export" || words.Any(w => w.Text.StartsWith('-') && w.Text.Contains('x')),
                    evaluates
                );
            else
            {
                if (evaluates) check.Scope.Evaluate(variable);
                if (name != "export") continue;
                check.Scope.Add(ScriptScope.Environment, check.Scope.Of(variable));
            }
        }
    }

    /// <summary>Values in the subscripts of an array's elements, <c>[…]=…</c>.</summary>
    public static void Subscripts(CommandCheck check, IEnumerable<CommandWord> elements)
    {
        foreach (var element in elements)
        {
            if (element.Text is not ['[', ..]) continue;
            var end = element.Text.IndexOf(']', StringComparison.Ordinal);
            if (element.Text.LastIndexOf(CommandWord.Value) is >= 0 and var value && value < end) Arithmetic(check, element, "a subscript");
        }
    }
}
