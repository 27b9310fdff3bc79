using System.Buffers;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Rules.Values;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>~ and $NAME if no shell replaces them: taken as they stand, they name files and programs that are not there.</summary>
internal sealed class ReplacementChecks(CheckedTree tree, ActionUses uses, ShellText shell)
{
    private readonly Findings _findings = tree.Findings;
    private readonly ConfigSurroundings _surroundings = tree.Surroundings;
    private readonly string? _project = tree.Project;

    private static readonly SearchValues<char> OfPrograms = SearchValues.Create("\n;|&'\"`");

    public void Check()
    {
        var paths = Maps(tree.Watch["paths"]);
        for (var i = 0; i < paths.Count && !_findings.IsFull; i++)
        {
            if (paths[i]["path"] is ScalarNode path) WatchedPath(path, $"watch.paths[{i}]");
            Patterns(paths[i]["ignore"], $"watch.paths[{i}].ignore");
        }
        Patterns(tree.Watch["ignore"], "watch.ignore");
        for (var i = 0; i < tree.Rules.Count && !_findings.IsFull; i++)
            Patterns((tree.Rules[i]["event"] as MapNode)?["path_pattern"], $"rules[{i}].event.path_pattern");
        foreach (var (action, path, _) in uses.All())
            if (!_findings.IsFull) Check(action, path);
    }

    private void WatchedPath(ScalarNode path, string at)
    {
        if (ShellHabit.In(path.Text, tilde: true) is not { } words || Path.Exists(Path.Combine(_project ?? "", path.Text)))
            return;
        shell.NotReplaced(
            path,
            at,
            words,
            $"{ShellText.NoShell}, and a path of exactly this name is watched",
            shell.Whole(path.Text, "a path relative to the project")
        );
    }

    private void Patterns(ConfigNode? patterns, string at)
    {
        foreach (var pattern in ((patterns as ListNode)?.Items ?? []).OfType<ScalarNode>())
        {
            if (ShellHabit.In(pattern.Text, tilde: true) is not { } words) continue;
            // $RECYCLE.BIN is a name of a directory.
            var isName =
                !words.StartsWith('~')
                && !words.Contains('{')
                && ShellHabit.Replaced(pattern.Text, tilde: false, _surroundings.Variable) is null;
            if (!isName)
                shell.NotReplaced(pattern, at, words, ShellText.NoShell, "write the pattern from the watched path down");
        }
    }

    private void Check(MapNode action, string path)
    {
        if (action["cwd"] is ScalarNode cwd && shell.HabitIn(cwd) is { } place)
            shell.NotReplaced(
                cwd,
                path + ".cwd",
                place,
                $"{ShellText.NoShell}, and the action cannot start there",
                shell.Whole(cwd.Text, "a path relative to the project")
            );
        if (action["env_file"] is ScalarNode file && shell.HabitIn(file) is { } habit)
            shell.NotReplaced(
                file,
                path + ".env_file",
                habit,
                $"{ShellText.NoShell}, and the action cannot start without the file",
                shell.Whole(file.Text, "a path relative to the project")
            );
        foreach (var entry in (action["env"] as MapNode)?.Entries ?? [])
        {
            if (entry.Value is not ScalarNode value || ShellHabit.In(value.Text, tilde: true) is not { } words) continue;
            var prepended = $"type: shell, command: {entry.Key}={Quoted.Text(value.Text)} PROGRAM";
            shell.NotReplaced(
                value,
                KeyPath.Key(path + ".env", entry.Key),
                words,
                $"{ShellText.NoShell}, and the variable is set to exactly this",
                value.Text.Contains("$" + entry.Key, StringComparison.Ordinal)
                || value.Text.Contains("${" + entry.Key, StringComparison.Ordinal)
                    ? $"to put something before or after {entry.Key} let a shell do it: {prepended}; or write the whole value"
                    : $"write the whole value, or let a shell do it: {prepended}"
            );
        }
        Arguments(action, path);
        // What a program reads is looked at above; the rest is text for people, where a dollar may be one.
        foreach (
            var key in ActionKinds
                .Find(action.TextOf("type"))
                ?.Keys.Where(key => key is { IsTemplate: true, IsScript: false, Form: KeyForm.Text })
                .Select(key => key.Name)
                ?? []
        )
            if (
                action[key] is ScalarNode text
                && ShellHabit.In(text.Text, tilde: false) is { } words
                && words.AsSpan().IndexOfAnyInRange('A', 'Z') >= 0
            )
                shell.NotReplaced(
                    text,
                    $"{path}.{key}",
                    words,
                    ShellText.NoShell,
                    "write the value itself, or {{event.…}} for what the event says"
                );
    }

    private void Arguments(MapNode action, string path)
    {
        if (
            action.TextOf("type") == "cli"
            && action["command"] is ScalarNode command
            && ShellHabit.In(command.Text, tilde: false) is { } spoken
        )
            shell.NotReplaced(command, path + ".command", spoken, "aiwg gets it as it stands, without a shell", "write the value itself");
        if (action["argv"] is not ListNode argv) return;
        var words = argv.Items.OfType<ScalarNode>().ToList();
        var interpreter = false;
        var takesPrograms = words.Count > 0 && TakesPrograms(words[0].Text);
        for (var i = 0; i < words.Count; i++)
        {
            interpreter |=
                i > 0
                && words[i - 1].Text.Length <= ShellHabit.LongestText
                && ProgramSyntax.Find(Path.GetFileName(words[i - 1].Text)) is { IsInterpreter: true };
            // From here on it is the text of a program, which may replace variables of its own.
            if (i > 0 && (takesPrograms || (interpreter && IsCodeOption(words[i - 1].Text)))) return;
            if (i > 0 && IsProgramText(words[i].Text)) continue;
            if (ShellHabit.In(words[i].Text, tilde: true) is { } found)
                shell.NotReplaced(
                    words[i],
                    KeyPath.Item(path + ".argv", i),
                    found,
                    $"{ShellText.NoShell}, and the program gets it as it stands",
                    $"{shell.Whole(words[i].Text, "the value itself")}, or use type: shell, whose shell replaces it"
                );
        }
    }

    private static bool IsProgramText(string text)
    {
        var head = text.AsSpan(0, Math.Min(text.Length, ShellHabit.LongestText));
        return head.ContainsAny(OfPrograms) || head.Contains("{print", StringComparison.Ordinal);
    }

    private static bool IsCodeOption(string text) => text is "-c" or "-e" or "-lc" or "-ec" or "-Command" or "--eval" or "--command";

    private static bool TakesPrograms(string program) =>
        Path.GetFileName(program)
            is "awk"
                or "gawk"
                or "mawk"
                or "sed"
                or "jq"
                or "yq"
                or "envsubst"
                or "grep"
                or "egrep"
                or "rg"
                or "find"
                or "xargs"
                or "ssh"
                or "make";
}
