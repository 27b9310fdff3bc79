using System.Text.Json;
using AiwgDaemon.Actions;

namespace AiwgDaemon.Cli;

/// <summary>The run that a command is called from, if it is called from one: the daemon notices what sets itself off without end.</summary>
internal static class CallingRun
{
    /// <summary>Adds the parameter <c>action</c> to a call.</summary>
    public static void Write(Utf8JsonWriter json)
    {
        if (Environment.GetEnvironmentVariable(Leftovers.Variable) is { Length: > 0 } action) json.WriteString("action"u8, action);
    }
}
