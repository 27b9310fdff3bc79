using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary>What a person is told who mistyped: one line with the nearest word that exists, and where the help is.</summary>
internal static class UsageError
{
    public static int Write(ParseResult parsed, TextWriter error)
    {
        var path = HelpScreen.PathOf(parsed.CommandResult);
        var what = Describe(parsed, path);
        error.WriteLine($"{CommandLine.Program}: {what}{(what.EndsWith('?') ? "" : ";")} see '{path} --help'");
        return ExitCodes.Usage;
    }

    private static string Describe(ParseResult parsed, string path)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var word, ..])
        {
            var kind = word.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            var where = parsed.CommandResult.Parent is null ? "" : $" of '{path}'";
            var shown = ConsoleText.Printable(word);
            return Nearest(command, parsed, word) is { } meant
                ? $"'{shown}' is no {kind}{where}; did you mean '{meant}'?"
                : $"'{shown}' is no {kind}{where}";
        }
        if (command.Subcommands.Count > 0 && command.Action is null && parsed.CommandResult.Parent is null)
            return "A command is needed";
        if (command.Subcommands.Count > 0 && command.Action is null)
            return $"'{path}' needs a command: {string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}";
        return ConsoleText.Printable(parsed.Errors[0].Message.TrimEnd('.'));
    }

    private static string? Nearest(Command command, ParseResult parsed, string word)
    {
        IEnumerable<string> names = word.StartsWith('-')
            ? [.. OptionNames(command), .. OptionNames(parsed.RootCommandResult.Command)]
            : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
        var best = names.Select(name => (Name: name, Distance: EditDistance(word, name))).OrderBy(n => n.Distance).FirstOrDefault();
        // A third of the letters may be wrong, two at the least: beyond that a guess is noise.
        return best.Name is not null && best.Distance <= Math.Max(2, best.Name.Length / 3) ? best.Name : null;
    }

    private static IEnumerable<string> OptionNames(Command command) =>
        command.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Prepend(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal));

    /// <summary>Optimal string alignment: insertions, deletions, replacements and swaps of neighbours each count one.</summary>
    private static int EditDistance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }
        return cost[a.Length, b.Length];
    }
}
