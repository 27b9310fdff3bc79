using AiwgDaemon.Actions;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Tests.Rules.Values;

/// <summary>Actions for the tests of values: <c>V</c> stands for the placeholder, as in the program's own table.</summary>
internal static class Trial
{
    public const string Value = "{{event.payload.x}}";

    public static ActionDefinition Script(string script) =>
        new()
        {
            Name = "x",
            Type = ActionType.Shell,
            Command = script.Replace("VALUE", Value, StringComparison.Ordinal),
        };

    public static ActionDefinition Program(string argv) =>
        new() { Name = "x", Type = ActionType.Exec, Argv = argv.Replace("VALUE", Value, StringComparison.Ordinal).Split('|') };

    public static string? Fault(ActionDefinition action) => Templates.Check(action)?.Text;
}
