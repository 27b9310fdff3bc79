using System.Runtime.CompilerServices;
using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Kinds;

namespace AiwgDaemon.Rules.Values;

/// <summary>
/// What is known about the values in an action before any event comes: whether one of them would be run, which ones begin an argument, and
/// a script with references in place of placeholders. Made once for each action.
/// </summary>
internal sealed class ActionValues
{
    private static readonly ConditionalWeakTable<ActionDefinition, ActionValues> Made = [];

    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    private ActionValues(ActionDefinition action)
    {
        Script = action.Command;
        var findings = new ValueFindings();
        var scope = new ScriptScope();
        foreach (var name in action.Env.Keys.Where(name => Placeholder.In(name).Any()))
            findings.Refuse("env", $"has a placeholder in the name {name}", "write the name of the variable");
        if (Placeholder.In(action.Cwd).FirstOrDefault() is { } directory)
            findings.Refuse(
                "cwd",
                $"cannot hold a placeholder: the value of {{{{{directory.Name}}}}} could lead anywhere",
                "write a directory, or cd in a script of type shell"
            );
        var kind = ActionKinds.Of(action.Type);
        var script = kind.Keys.FirstOrDefault(key => key.IsScript);
        var check = new CommandCheck(findings, scope, isArgv: script is null);
        foreach (var (name, text) in action.Env)
        {
            var value = CommandWord.Of(text, "env." + name);
            if (!value.HasValue) continue;
            check.Assign(name, value, exported: true);
            scope.Add(name, value.Origins);
        }
        if (script is not null)
            Read(action, scope, findings);
        else if (kind is ProgramKind program)
            check.Check([.. program.Words(action).Select(word => CommandWord.Of(word.Text, word.Key))], []);
        if (action.OnlyIf.Count > 0)
            new CommandCheck(findings, scope, isArgv: true).Check(
                [.. action.OnlyIf.Select((word, i) => CommandWord.Of(word, $"only_if[{i}]"))],
                []
            );
        Fault = findings.Fault;
        Guarded = findings.Guarded;
    }

    /// <summary>Why the action must not run; null if no value of it is run.</summary>
    public ValueFault? Fault { get; }

    /// <summary>Placeholders that begin an argument: their value must not begin with <c>-</c>.</summary>
    public IReadOnlySet<string> Guarded { get; }

    /// <summary>With references to <see cref="Variables"/>.</summary>
    public string Script { get; private set; }

    /// <summary>The variables that the script refers to, by the name of the placeholder.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    public static ActionValues Of(ActionDefinition action) => Made.GetValue(action, static a => new ActionValues(a));

    private void Read(ActionDefinition action, ScriptScope scope, ValueFindings findings)
    {
        var placeholder = Placeholder.In(action.Command).FirstOrDefault();
        if (OperatingSystem.IsWindows())
        {
            if (placeholder is not null)
                findings.Refuse(
                    "command",
                    $"cannot give cmd the value of {{{{{placeholder.Name}}}}} safely",
                    "use type exec, or read it from standard input"
                );
            return;
        }
        if (placeholder is null && !scope.HasVariables) return;
        Script = ShellScript.Rewrite(action.Command, p => Variable(p, action.Env), scope, findings);
    }

    private string Variable(Placeholder placeholder, IReadOnlyDictionary<string, string> env)
    {
        if (_variables.TryGetValue(placeholder.Name, out var known)) return known;
        var number = 1;
        while (env.ContainsKey($"AIWG_VALUE_{number}") || _variables.ContainsValue($"AIWG_VALUE_{number}")) number++;
        return _variables[placeholder.Name] = $"AIWG_VALUE_{number}";
    }
}
