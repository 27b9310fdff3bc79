using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>
/// Puts the values of an event into an action, so that none can inject: in an argument it stays inside that argument, in a
/// shell script it is a variable that the script refers to. What cannot be made safe is refused.
/// </summary>
internal static class Templates
{
    /// <summary>What is wrong with the placeholders of a text, for events as the rule selects them; null where nothing is.</summary>
    public static string? Check(string text, EventMatch match) =>
        Placeholder.In(text).Select(placeholder => placeholder.Fault(match)).FirstOrDefault(fault => fault is not null);

    /// <summary>The first thing that is wrong with the placeholders of an action; null where nothing is.</summary>
    public static string? Check(ActionDefinition action, EventMatch match)
    {
        foreach (var text in (string?[])[.. action.Argv, action.Command, action.Objective, action.Completion, .. action.Env.Values])
            if (text is not null && Check(text, match) is { } fault) return fault;
        if (Placeholder.In(action.Cwd).Any()) return "cwd cannot hold a placeholder (a value could lead anywhere)";
        return Unsafe(action);
    }

    /// <summary>The action for one event. A <see cref="TemplateException"/> where a placeholder stands where it would be run.</summary>
    public static ActionDefinition Expand(ActionDefinition action, DaemonEvent @event, out IReadOnlyList<string> missing)
    {
        missing = [];
        if (!HasPlaceholders(action)) return action;
        if (Unsafe(action) is { } fault) throw new TemplateException(fault);
        var values = new TemplateValues(@event);
        var env = action.Env.ToDictionary(pair => pair.Key, pair => Fill(pair.Value, values), StringComparer.Ordinal);
        var command = action.Type == ActionType.Shell ? Shell(action.Command, values, env) : Fill(action.Command, values);
        var expanded = action with
        {
            Argv = [.. action.Argv.Select(argument => Fill(argument, values))],
            Command = command,
            Objective = action.Objective is null ? null : Fill(action.Objective, values),
            Completion = action.Completion is null ? null : Fill(action.Completion, values),
            Env = env,
        };
        missing = values.Missing;
        return expanded;
    }

    private static bool HasPlaceholders(ActionDefinition action) =>
        Has(action.Command) || action.Argv.Any(Has) || Has(action.Objective) || Has(action.Completion) || action.Env.Values.Any(Has);

    private static bool Has(string? text) => text is not null && Placeholder.In(text).Any();

    private static string? Unsafe(ActionDefinition action)
    {
        if (action.Type == ActionType.Shell && Has(action.Command))
        {
            if (OperatingSystem.IsWindows()) return "cmd cannot be given a value safely (use type exec, or read it from standard input)";
            return ShellScript.Rewrite(action.Command, static _ => "x").Fault;
        }
        return action.Type == ActionType.Exec ? Unsafe(action.Argv) : null;
    }

    // An element stays one argument, but the program may be one that runs its arguments, or start one that does (sudo sh -c …).
    private static string? Unsafe(IReadOnlyList<string> argv)
    {
        string? interpreter = null;
        var previous = "";
        for (var i = 0; i < argv.Count; i++)
        {
            var argument = argv[i];
            if (interpreter is not null && Placeholder.In(argument).Select(p => (int?)p.Start).FirstOrDefault() is { } start)
            {
                if (ShellWords.IsCommandTaker(interpreter))
                    return $"{interpreter} would have a shell run the value of a placeholder (let what it runs read the event from standard input)";
                if (ShellWords.CodeOption(interpreter, previous, argument[..start]) is { } option)
                    return $"{interpreter} {option} would run the value of a placeholder (use type shell, or pass it as an argument after the script)";
            }
            if (!ShellWords.Precedes(interpreter, previous, argument)) previous = argument;
            if (interpreter is not null && ShellWords.IsCommandTaker(interpreter)) continue;
            // The name of one that runs all it is given may also be a mere argument: npm run watch.
            if (ShellWords.IsInterpreter(argument) && (i == 0 || ShellWords.IsWrapper(argv[0]) || !ShellWords.IsCommandTaker(argument))) interpreter = argument;
        }
        return null;
    }

    private static string Shell(string script, TemplateValues values, Dictionary<string, string> env)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        return ShellScript.Rewrite(script, placeholder =>
        {
            if (names.TryGetValue(placeholder.Name, out var known)) return known;
            var number = 1;
            while (env.ContainsKey($"AIWG_VALUE_{number}")) number++;
            var name = $"AIWG_VALUE_{number}";
            names.Add(placeholder.Name, name);
            env.Add(name, values.Get(placeholder.Name));
            return name;
        }).Script;
    }

    private static string Fill(string text, TemplateValues values)
    {
        if (!Has(text)) return text;
        var filled = new StringBuilder();
        var from = 0;
        foreach (var placeholder in Placeholder.In(text))
        {
            filled.Append(text, from, placeholder.Start - from).Append(values.Get(placeholder.Name));
            from = placeholder.End;
        }
        return filled.Append(text, from, text.Length - from).ToString();
    }
}

/// <summary>A placeholder stands where its value would be run as a program.</summary>
internal sealed class TemplateException(string message) : Exception(message);
