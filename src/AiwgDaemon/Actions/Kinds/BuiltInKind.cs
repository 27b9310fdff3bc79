using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions.Kinds;

/// <summary>A kind of action that the daemon does itself.</summary>
internal abstract class BuiltInKind : ActionKind
{
    /// <summary>Does it; a failure is an outcome. What it prints goes to <paramref name="output"/>.</summary>
    public abstract Task<ActionOutcome> RunAsync(ActionRun run, TextWriter output, TimeProvider time, ILogger logger);
}
