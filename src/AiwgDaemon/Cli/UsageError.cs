using System.CommandLine;
using System.CommandLine.Parsing;
using AiwgDaemon.Config.Description;

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

    /// <summary>A first word in brackets, which the library takes for an instruction to itself and would pass over.</summary>
    public static string? DirectiveOf(ParseResult parsed) =>
        parsed.Tokens is [{ Type: TokenType.Directive, Value: var word }, ..] ? word : null;

    private static string Describe(ParseResult parsed, string path)
    {
        var command = parsed.CommandResult.Command;
        if (DirectiveOf(parsed) is { } directive) return $"'{ConsoleText.Printable(directive)}' is no command";
        if (parsed.UnmatchedTokens is [var word, ..])
        {
            var kind = word.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            var where = parsed.CommandResult.Parent is null ? "" : $" of '{path}'";
            var shown = ConsoleText.Printable(word);
            if (command.Arguments is [{ Name: CronCommand.Expression }])
                return $"'{shown}' is one word too many; put the whole expression in quotes";
            return Meant(command, parsed, word) is { } meant
                ? $"'{shown}' is no {kind}{where}; did you mean '{meant}'?"
                : $"'{shown}' is no {kind}{where}";
        }
        if (command.Subcommands.Count > 0 && command.Action is null && parsed.CommandResult.Parent is null)
            return "A command is needed";
        if (command.Subcommands.Count > 0 && command.Action is null)
            return $"'{path}' needs a command: {string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}";
        return ConsoleText.Printable(Describe(parsed.Errors[0]));
    }

    // The library's own sentences name its types and its parts; ours name what is written and what to write.
    private static string Describe(ParseError error)
    {
        var symbol = error.SymbolResult is ArgumentResult { Parent: OptionResult option } ? option : error.SymbolResult;
        return symbol switch
        {
            OptionResult { Tokens: [] } bare => $"{bare.Option.Name} needs a value, {HelpScreen.NameOf(bare.Option).Split(' ')[^1]}",
            OptionResult given when Words(given.Option) is { Length: > 0 } words && !words.Contains(given.Tokens[0].Value) =>
                $"{given.Option.Name} takes {Listed(words)}, not '{given.Tokens[0].Value}'",
            OptionResult given when given.Option.ValueType == typeof(int) && !int.TryParse(given.Tokens[0].Value, out _) =>
                $"{given.Option.Name} takes a whole number, not '{given.Tokens[0].Value}'",
            ArgumentResult { Tokens: [] } missing => $"{HelpScreen.LabelOf(missing.Argument)} is missing: {missing.Argument.Description}",
            ArgumentResult given when Words(given.Argument) is { Length: > 0 } words => $"'{given.Tokens[0].Value}' is not {Listed(words)}",
            _ => error.Message.TrimEnd('.'),
        };
    }

    private static string[] Words(Symbol symbol) =>
        [.. symbol.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(c => c.Label)];

    private static string Listed(string[] words) => words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";

    private static string? Meant(Command command, ParseResult parsed, string word)
    {
        IEnumerable<string> names = word.StartsWith('-')
            ? [.. OptionNames(command), .. OptionNames(parsed.RootCommandResult.Command)]
            : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
        return Nearest.To(word, names);
    }

    private static IEnumerable<string> OptionNames(Command command) =>
        command
            .Options.Where(o => !o.Hidden)
            .SelectMany(o => o.Aliases.Prepend(o.Name))
            .Where(n => n.StartsWith("--", StringComparison.Ordinal));
}
