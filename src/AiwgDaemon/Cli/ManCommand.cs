using System.CommandLine;
using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary><c>man</c>: the manual page in man(7) markup, from the same command tree as the help screens.</summary>
internal static class ManCommand
{
    public static Command Create()
    {
        var command = new Command("man", "Print the manual page, for packages") { Hidden = true };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(Render(CommandTree.Create())));
        return HelpScreen.WithExamples(command, "man > aiwg-daemon.1");
    }

    public static string Render(Command root)
    {
        var text = new StringBuilder();
        text.Append($".TH AIWG\\-DAEMON 1 \"\" \"aiwg\\-daemon {Product.Version}\" \"User commands\"\n");
        text.Append(".SH NAME\naiwg\\-daemon \\- ").Append(Roff(root.Description!)).Append('\n');
        text.Append(".SH SYNOPSIS\n.B aiwg\\-daemon\n.I COMMAND\n[options]\n");
        text.Append(
            ".SH DESCRIPTION\nWorks on the project in the working directory or the nearest one above that has .aiwg, or on the one "
                + "that\n.B \\-\\-project\nor AIWG_PROJECT names.\n"
        );
        text.Append(".SH OPTIONS\n");
        Options(text, root);
        text.Append(".SH COMMANDS\n");
        foreach (var command in root.Subcommands.Where(c => !c.Hidden)) Section(text, command, CommandLine.Program);
        return text.Append(Rest).ToString().ReplaceLineEndings("\n");
    }

    private const string Rest = """
        .SH EXIT STATUS
        .TP
        .B 0
        Success; for \fBstatus\fR: healthy or degraded.
        .TP
        .B 1
        Failure; for \fBstatus\fR: unhealthy.
        .TP
        .B 2
        Wrong usage.
        .TP
        .B 3
        Not running.
        .TP
        .B 4
        Already running.
        .TP
        .B 5
        Invalid configuration.
        .TP
        .B 130
        Interrupted.
        .SH ENVIRONMENT
        .TP
        .B AIWG_PROJECT
        The project directory, where \fB\-\-project\fR does not name one.
        .TP
        .B NO_COLOR
        No colour, also on a terminal.
        .SH FILES
        .TP
        .I .aiwg/daemon.yaml
        Configuration, YAML or JSON.
        .TP
        .I .aiwg/daemon/
        State, log, events and the output of actions.
        .SH SEE ALSO
        .BR systemd.service (5),
        .BR crontab (5),
        .BR gitignore (5)

        """;

    private static void Section(StringBuilder text, Command command, string parent)
    {
        var path = $"{parent} {command.Name}";
        text.Append(".SS \"")
            .Append(Roff(HelpScreen.Usage(command, path)))
            .Append("\"\n")
            .Append(Roff(command.Description ?? ""))
            .Append('\n');
        foreach (var argument in command.Arguments.Where(a => !a.Hidden))
            Item(text, HelpScreen.LabelOf(argument), argument.Description);
        Options(text, command);
        foreach (var example in HelpScreen.ExamplesFor(command))
            text.Append(".PP\n.RS\n.EX\n").Append(Roff($"{CommandLine.Program} {example}")).Append("\n.EE\n.RE\n");
        foreach (var child in command.Subcommands.Where(c => !c.Hidden))
            Section(text, child, path);
    }

    private static void Options(StringBuilder text, Command command)
    {
        foreach (var option in command.Options.Where(o => !o.Hidden)) Item(text, HelpScreen.NameOf(option), option.Description);
    }

    private static void Item(StringBuilder text, string label, string? description) =>
        text.Append(".TP\n.B \"").Append(Roff(label)).Append("\"\n").Append(Roff(description ?? "")).Append('\n');

    /// <summary>Text that roff takes as it stands: no escapes, no requests at the beginning of a line, dashes that can be copied.</summary>
    private static string Roff(string text)
    {
        var safe = text.ReplaceLineEndings(" ")
            .Replace("\\", "\\e", StringComparison.Ordinal)
            .Replace("-", "\\-", StringComparison.Ordinal)
            .Replace("\"", "\\(dq", StringComparison.Ordinal);
        return safe is ['.' or '\'', ..] ? "\\&" + safe : safe;
    }
}
