using System.CommandLine;
using System.Text;
using AiwgDaemon.Cli;

namespace AiwgDaemon.Tests.Cli;

/// <summary>The commands with their options and examples as Markdown, for cli.md, from the same tree as the help screens.</summary>
internal static class CliReference
{
    public const string Start = "<!-- commands: generated from the command tree; see tests/AiwgDaemon.Tests/Cli/Golden -->";
    public const string End = "<!-- end of commands -->";

    public static string Markdown()
    {
        var text = new StringBuilder(Start).Append('\n');
        foreach (var command in CommandTree.Create().Subcommands.Where(c => !c.Hidden)) Section(text, command, CommandLine.Program);
        return text.Append('\n').Append(End).Append('\n').ToString().ReplaceLineEndings("\n");
    }

    private static void Section(StringBuilder text, Command command, string parent)
    {
        var path = $"{parent} {command.Name}";
        text.Append($"\n### `{path[(CommandLine.Program.Length + 1)..]}`\n\n{Escape(command.Description)}.\n");
        text.Append($"\n```\n{HelpScreen.Usage(command, path)}\n```\n");
        Table(
            text,
            [
                .. command.Arguments.Where(a => !a.Hidden).Select(a => (HelpScreen.LabelOf(a), a.Description)),
                .. command.Options.Where(o => !o.Hidden).Select(o => (HelpScreen.NameOf(o), o.Description)),
            ]
        );
        if (HelpScreen.ExamplesFor(command).ToList() is { Count: > 0 } examples)
            text.Append($"\n```bash\n{string.Join('\n', examples.Select(e => $"{CommandLine.Program} {e}"))}\n```\n");
        foreach (var child in command.Subcommands.Where(c => !c.Hidden)) Section(text, child, path);
    }

    private static void Table(StringBuilder text, IReadOnlyList<(string Label, string? About)> rows)
    {
        if (rows.Count == 0) return;
        text.Append("\n| | |\n|---|---|\n");
        foreach (var (label, about) in rows) text.Append($"| `{label.Replace("|", "\\|", StringComparison.Ordinal)}` | {Escape(about)} |\n");
    }

    private static string Escape(string? text) =>
        (text ?? "")
            .ReplaceLineEndings(" ")
            .Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace("*", "\\*", StringComparison.Ordinal)
            .TrimEnd('.');
}
