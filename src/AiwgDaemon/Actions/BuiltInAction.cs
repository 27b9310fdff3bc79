using System.Text;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>Runs an action that is no program: one of a built-in kind, or the daemon's own environment check.</summary>
internal sealed class BuiltInAction(
    ActionPlaces places,
    TimeProvider time,
    ILogger logger,
    Func<TextWriter, CancellationToken, Task<int>>? doctor
)
{
    /// <summary>True for an action that this daemon does itself; <c>doctor</c> only if there is no <c>aiwg</c>.</summary>
    public bool Runs(ActionDefinition action) => ActionKinds.Of(action.Type) switch
    {
        BuiltInKind => true,
        DoctorKind => doctor is not null && ExecutableSearch.Find("aiwg", PathFor(action), places.Project) is null,
        _ => false,
    };

    public async Task<ActionOutcome> RunAsync(
        ActionRun run,
        ActionOptions options,
        ReadOnlyMemory<byte> printed,
        Action<ProcessIdentity> started
    )
    {
        var request = run.Request;
        var path = places.Output(request.Id);
        // As for a program: the file says that the action was started, and must be new.
        SecureFile.Open(path, SecureOpen.CreateNew).Dispose();
        using var log = ActionLog.Open(path, options.MaxOutputBytes, logger);
        var begun = time.GetTimestamp();
        log.WriteHeader(request, places.Project, time.GetUtcNow());
        log.Write(printed.Span);
        started(ProcessIdentity.Current);

        var output = new StringWriter();
        var outcome = await RunAsync(run, output);
        log.Write(Encoding.UTF8.GetBytes(output.ToString()));
        outcome = outcome.Because(run.Stopped, request.Action.Timeout ?? options.Timeout);
        log.WriteFooter(outcome.ToString(), time.GetElapsedTime(begun), time.GetUtcNow());
        return outcome;
    }

    private async Task<ActionOutcome> RunAsync(ActionRun run, StringWriter output)
    {
        if (ActionKinds.Of(run.Request.Action.Type) is BuiltInKind kind) return await kind.RunAsync(run, output, time, logger);
        try
        {
            var code = await doctor!(output, run.Stopping);
            return new(code == 0 ? ActionStatus.Completed : ActionStatus.Failed, code);
        }
        catch (OperationCanceledException) when (run.Stopped is not null)
        {
            return new(ActionStatus.Cancelled);
        }
    }

    private static string? PathFor(ActionDefinition action) =>
        action.Env.GetValueOrDefault("PATH") ?? InheritedEnvironment.Variables.GetValueOrDefault("PATH");
}
