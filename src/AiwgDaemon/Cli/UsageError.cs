using System.CommandLine;
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

    private static string Describe(ParseResult parsed, string path)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var word, ..])
        {
            var kind = word.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            var where = parsed.CommandResult.Parent is null ? "" : $" of '{path}'";
            var shown = ConsoleText.Printable(word);
            return Meant(command, parsed, word) is { } meant
                ? $"'{shown}' is no {kind}{where}; did you mean '{meant}'?"
                : $"'{shown}' is no {kind}{where}";
        }
        if (command.Subcommands.Count > 0 && command.Action is null && parsed.CommandResult.Parent is null)
            return "A command is needed";
        if (command.Subcommands.Count > 0 && command.Action is null)
            return $"'{path}' needs a command: {string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}";
        return ConsoleText.Printable(parsed.Errors[0].Message.TrimEnd('.'));
    }

    private static string? Meant(Command command, ParseResult parsed, string word)
    {
        IEnumerable<string> names = word.StartsWith('-')
            ? [.. OptionNames(command), .. OptionNames(parsed.RootCommandResult.Command)]
            : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
        return Nearest.To(word, names);
    }

    private static IEnumerable<string> OptionNames(Command command) =>
        command.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Prepend(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal));
}
