using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>
/// What a name in a job or a rule means: an entry of <c>actions:</c>, else an aiwg command. A name that is nearly one of
/// those is taken for a slip; any other single word might be a command that this program does not know of.
/// </summary>
internal static class ActionNames
{
    /// <summary>Commands of aiwg, old names included.</summary>
    private static readonly string[] AiwgCommands =
    [
        "doctor", "refresh", "sync", "update", "upgrade", "version", "status", "list", "use", "remove", "init", "new", "setup",
        "ralph", "ralph-status", "ralph-abort", "ralph-resume", "agent-loop", "agent-loop-status", "agent-loop-abort", "agent-loop-resume",
        "mcp", "catalog", "discover", "show", "index", "run", "sessions", "runtime-info", "features", "cockpit", "evidence", "effect",
        "validate-metadata", "context-firewall", "cost-report", "migrate-workspace", "rollback-workspace", "quickref", "promote",
    ];

    /// <summary>Null if the name is fine; a warning if it is taken for an aiwg command on trust.</summary>
    /// <param name="name">As written.</param>
    /// <param name="defined">The names in <c>actions:</c>.</param>
    /// <param name="nearest">False if too many names have been compared already: then nothing is taken on trust.</param>
    public static (Fault Fault, bool IsWarning)? Judge(string name, HashSet<string> defined, bool nearest)
    {
        if (defined.Contains(name) || AiwgCommands.Contains(name)) return null;
        if (!nearest) return (new($"{Quoted.Text(name)} is not an action, nor are many others", "define them in actions:"), false);
        if (Nearest.To(name, defined.Concat(AiwgCommands)) is { } near)
            return (new($"{Quoted.Text(name)} is not an action", $"did you mean {near}?"), false);
        if (name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && char.IsAsciiLetterLower(name[0]))
            return (new($"{name} is not in actions: and will be run as: aiwg {name}", $"define actions.{name} if that is not meant"), true);
        var example = name.Contains(' ')
            ? $"write it inline: {{type: shell, command: {Quoted.Text(name)}}}"
            : "define it in actions:, or write it inline with its type";
        return (new($"{Quoted.Text(name)} is not an action", example), false);
    }
}
