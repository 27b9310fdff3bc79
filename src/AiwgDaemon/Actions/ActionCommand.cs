using System.Globalization;
using System.Text;

namespace AiwgDaemon.Actions;

/// <summary>The program and the arguments that an action stands for, and the text that shows it. Pure.</summary>
internal sealed record ActionCommand(string Program, IReadOnlyList<string> Arguments)
{
    private const int LongestDescription = 500;

    /// <summary>Windows: the arguments are text for <c>cmd</c>, which has quoting rules of its own.</summary>
    public bool ArgumentsAreRaw { get; private init; }

    /// <summary>True where the program is <c>aiwg</c>, which need not be installed.</summary>
    public bool IsAiwg => Program == "aiwg";

    public static ActionCommand For(ActionDefinition action) => action.Type switch
    {
        ActionType.Exec when action.Argv.Count > 0 => new(action.Argv[0], [.. action.Argv.Skip(1)]),
        ActionType.Shell when OperatingSystem.IsWindows() => new("cmd.exe", ["/d", "/s", "/c", $"\"{action.Command}\""]) { ArgumentsAreRaw = true },
        ActionType.Shell => new("/bin/sh", ["-c", action.Command]),
        ActionType.Cli => new("aiwg", action.Argv),
        ActionType.Ralph => new("aiwg", Ralph(action)),
        ActionType.Doctor => new("aiwg", ["doctor"]),
        _ => throw new ArgumentException($"The action {action.Name} has no program to run; write its argv", nameof(action)),
    };

    /// <summary>One line for people: a shell's script, an argument vector quoted where a shell would need it, never a URL.</summary>
    public static string Describe(ActionDefinition action)
    {
        var text = action.Type switch
        {
            ActionType.Shell => action.Command,
            ActionType.Notify when action.UrlEnv is { } name => $"notify ${name}",
            ActionType.Notify => $"notify {action.Command}",
            ActionType.Exec when action.Argv.Count == 0 => "",
            _ => Quoted(For(action)),
        };
        return text.Length <= LongestDescription ? text : string.Concat(text.AsSpan(0, LongestDescription), "…");
    }

    private static string[] Ralph(ActionDefinition action)
    {
        List<string> arguments = ["ralph", action.Objective ?? action.Command];
        if (action.Completion is { } completion) arguments.AddRange(["--completion", completion]);
        if (action.MaxIterations is { } count) arguments.AddRange(["--max-iterations", count.ToString(CultureInfo.InvariantCulture)]);
        return [.. arguments];
    }

    private static string Quoted(ActionCommand command)
    {
        var text = new StringBuilder(command.Program);
        foreach (var argument in command.Arguments)
        {
            text.Append(' ');
            if (argument.Length > 0 && argument.All(static c => char.IsAsciiLetterOrDigit(c) || "-_./:=@%+,".Contains(c))) text.Append(argument);
            else text.Append('\'').Append(argument.Replace("'", "'\\''", StringComparison.Ordinal)).Append('\'');
        }
        return text.ToString();
    }
}
