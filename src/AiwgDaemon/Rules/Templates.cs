using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Bus;
using AiwgDaemon.Rules.Values;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules;

/// <summary>
/// Puts the values of an event into an action, so that none can inject: in an argument it stays inside that argument, in a
/// shell script it is a variable that the script refers to. What cannot be made safe is refused.
/// </summary>
internal static class Templates
{
    /// <summary>What is wrong with the placeholders of a text, for events as the rule selects them; null if nothing is.</summary>
    public static string? Check(string text, EventMatch match) =>
        Placeholder.In(text).Select(placeholder => placeholder.Fault(match)).FirstOrDefault(fault => fault is not null);

    /// <summary>The first place of an action where a value would be run; null if there is none.</summary>
    public static ValueFault? Check(ActionDefinition action) => ActionValues.Of(action).Fault;

    /// <summary>
    /// The action for one event. A <see cref="TemplateException"/> if a value would be run, if one that begins an argument begins with
    /// <c>-</c>, and, for programs, if a placeholder has no value. <paramref name="missing"/>: those that are empty instead.
    /// </summary>
    public static ActionDefinition Expand(ActionDefinition action, DaemonEvent @event, out IReadOnlyList<string> missing)
    {
        missing = [];
        if (!HasPlaceholders(action)) return action;
        var known = ActionValues.Of(action);
        if (known.Fault is { } fault) throw new TemplateException($"{fault.Key}: {fault.Text}");
        var kind = ActionKinds.Of(action.Type);
        var values = new TemplateValues(@event, kind.MayLackValues);
        // A condition is a program, whatever the action is.
        var condition = new TemplateValues(@event, mayBeMissing: false);
        var env = action.Env.ToDictionary(pair => pair.Key, pair => Fill(pair.Value, values), StringComparer.Ordinal);
        var expanded = action;
        foreach (var key in kind.Keys.Where(key => key.IsTemplate))
        {
            var texts = key.Of(action);
            if (!texts.Any(Has)) continue;
            var form = key.Values(action);
            expanded = key.With(expanded, key.IsScript ? [known.Script] : [.. texts.Select(text => Fill(text, values, form))]);
            foreach (var placeholder in key.IsScript ? texts.SelectMany(Placeholder.In) : [])
                if (known.Variables.TryGetValue(placeholder.Name, out var variable)) env[variable] = values.Get(placeholder);
        }
        expanded = expanded with { Env = env, OnlyIf = [.. action.OnlyIf.Select(argument => Fill(argument, condition))] };
        foreach (var name in known.Guarded)
            if (values.IsOption(name))
                throw new TemplateException(
                    $"the value of {{{{{name}}}}} begins with -, and would be an option (write -- before it if the program knows that, "
                        + $"or {{{{{name}|{Placeholder.Dash}}}}} if it may be one)"
                );
        missing = values.Missing;
        return expanded;
    }

    /// <summary>As <see cref="Expand(ActionDefinition, DaemonEvent, out IReadOnlyList{string})"/>, for a run: never throws.</summary>
    public static Expansion Expand(ActionDefinition action, DaemonEvent cause)
    {
        try
        {
            var expanded = Expand(action, cause, out var missing);
            return new Expansion(expanded, null, missing);
        }
        catch (Exception e) when (e is TemplateException or IOException or UnauthorizedAccessException)
        {
            // The last two: the payload is in the journal only, and is not there any more.
            return new Expansion(null, e.Message, []);
        }
    }

    private static bool HasPlaceholders(ActionDefinition action) =>
        ActionKinds.Of(action.Type).Keys.Any(key => key.IsTemplate && key.Of(action).Any(Has))
        || action.OnlyIf.Any(Has)
        || action.Env.Values.Any(Has)
        || Has(action.Cwd);

    private static bool Has(string text) => Placeholder.In(text).Any();

    private static string Fill(string text, TemplateValues values, ValueForm form = ValueForm.Plain)
    {
        if (!Has(text)) return text;
        var filled = new StringBuilder();
        var from = 0;
        foreach (var placeholder in Placeholder.In(text))
        {
            filled.Append(text, from, placeholder.Start - from);
            filled.Append(form switch
            {
                ValueForm.Json => values.GetJson(placeholder, JsonTemplate.IsInString(text, placeholder.Start)),
                ValueForm.Percent => Uri.EscapeDataString(values.Get(placeholder)),
                _ => values.Get(placeholder),
            });
            from = placeholder.End;
        }
        return filled.Append(text, from, text.Length - from).ToString();
    }
}

/// <summary>An action that an event cannot be put into: a value would be run or be an option, or there is none.</summary>
internal sealed class TemplateException(string message) : Exception(message);
