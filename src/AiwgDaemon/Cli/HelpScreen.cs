using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using System.Text;

namespace AiwgDaemon.Cli;

/// <summary><c>--help</c>: what the command does, how it is written, its parts, and examples.</summary>
internal sealed class HelpScreen : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string[]> ExamplesOf = [];

    public override bool ClearsParseErrors => true;

    /// <summary>Gives a command its examples: each a command line without the program's name, with a comment after <c>  # </c> if need
    /// be.</summary>
    public static Command WithExamples(Command command, params string[] examples)
    {
        ExamplesOf.AddOrUpdate(command, examples);
        return command;
    }

    /// <summary>The examples that the command was given.</summary>
    public static IReadOnlyList<string> ExamplesFor(Command command) => ExamplesOf.TryGetValue(command, out var examples) ? examples : [];

    public override int Invoke(ParseResult parseResult)
    {
        var text = Render(parseResult.CommandResult, TextStyle.OfOutput());
        parseResult.InvocationConfiguration.Output.Write(text);
        return ExitCodes.Success;
    }

    /// <summary>The words that lead to a command: <c>aiwg-daemon actions logs</c>.</summary>
    public static string PathOf(CommandResult result)
    {
        var path = "";
        for (SymbolResult? at = result; at is CommandResult { Parent: not null } command; at = command.Parent)
            path = $" {command.Command.Name}{path}";
        return CommandLine.Program + path;
    }

    public static string Render(CommandResult result, TextStyle style)
    {
        var command = result.Command;
        var path = PathOf(result);
        var text = new StringBuilder();
        Wrap(text, command.Description ?? "", 0, Width(style));
        text.Append('\n');
        text.Append(style.Bold("Usage:")).Append(' ').Append(Usage(command, path)).Append('\n');
        Section(text, style, "Commands", command.Subcommands.Where(c => !c.Hidden).Select(c => (NameOf(c), c.Description ?? "")));
        Section(text, style, "Arguments", command.Arguments.Where(a => !a.Hidden).Select(a => (LabelOf(a), a.Description ?? "")));
        Section(text, style, "Options", Options(result).Select(o => (NameOf(o), o.Description ?? "")));
        if (ExamplesOf.TryGetValue(command, out var examples))
        {
            text.Append('\n').Append(style.Bold("Examples:")).Append('\n');
            foreach (var example in examples) text.Append("  ").Append(CommandLine.Program).Append(' ').Append(example).Append('\n');
        }
        if (result.Parent is null && command.Subcommands.Count > 0)
            text.Append($"\n'{CommandLine.Program} COMMAND --help' tells more of a command.\n");
        return text.ToString();
    }

    /// <summary>How the command is written.</summary>
    public static string Usage(Command command, string path)
    {
        var usage = new StringBuilder(path);
        if (command.Subcommands.Any(c => !c.Hidden)) usage.Append(command.Action is null ? " COMMAND" : " [COMMAND]");
        foreach (var argument in command.Arguments.Where(a => !a.Hidden)) usage.Append(' ').Append(LabelOf(argument));
        return usage.Append(" [options]").ToString();
    }

    // Those of the command itself, then the recursive ones of its parents; help comes last.
    private static IEnumerable<Option> Options(CommandResult result)
    {
        var options = result.Command.Options.Where(o => !o.Hidden).ToList();
        for (var at = result.Parent as CommandResult; at is not null; at = at.Parent as CommandResult)
            options.AddRange(at.Command.Options.Where(o => o.Recursive && !o.Hidden));
        return options.OrderBy(o => o.Name switch { "--project" => 1, "--version" => 2, "--help" => 3, _ => 0 });
    }

    private static string NameOf(Command command) =>
        string.Join(' ', command.Arguments.Where(a => !a.Hidden).Select(LabelOf).Prepend(command.Name));

    /// <summary>The option with its shorthand and its value.</summary>
    public static string NameOf(Option option)
    {
        // "-?" and the Windows forms are accepted, not shown.
        var shorthand = option.Aliases.Where(a => a.Length == 2 && a[0] == '-' && char.IsLetter(a[1])).Order().FirstOrDefault();
        var name = shorthand is null ? option.Name : $"{shorthand}, {option.Name}";
        return option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) || option.ValueType == typeof(void)
            ? name
            : $"{name} {option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant()}";
    }

    /// <summary>The argument as usage lines show it.</summary>
    public static string LabelOf(Argument argument)
    {
        var label = argument.HelpName ?? argument.Name.ToUpperInvariant();
        if (argument.Arity.MaximumNumberOfValues > 1) label += "...";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{label}]" : label;
    }

    private static void Section(StringBuilder text, TextStyle style, string title, IEnumerable<(string Name, string Description)> rows)
    {
        var lines = rows.ToList();
        if (lines.Count == 0) return;
        text.Append('\n').Append(style.Bold(title + ":")).Append('\n');
        var column = Math.Min(lines.Max(l => l.Name.Length), 34) + 4;
        foreach (var (name, description) in lines)
        {
            text.Append("  ").Append(name);
            if (name.Length + 4 > column) text.Append('\n').Append(' ', column);
            else text.Append(' ', column - name.Length - 2);
            Wrap(text, description, column, Math.Max(Width(style), column + 30));
        }
    }

    private static void Wrap(StringBuilder text, string description, int indent, int width)
    {
        var at = indent;
        foreach (var word in description.Split(' '))
        {
            if (at > indent && at + 1 + word.Length > width)
            {
                text.Append('\n').Append(' ', indent);
                at = indent;
            }
            else if (at > indent)
            {
                text.Append(' ');
                at++;
            }
            text.Append(word);
            at += word.Length;
        }
        text.Append('\n');
    }

    // On a pipe, too, the text is read by people.
    private static int Width(TextStyle style) => style.Width == TextStyle.Unbounded ? 80 : style.Width;
}
