using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Actions;

/// <summary>
/// Asks a program whether an action is to run (<c>only_if</c>): exit code 0 says yes, 10 says no, anything else fails the run. It has not
/// begun as long as it is asked: after a crash it is asked again.
/// </summary>
internal sealed class ActionCondition(ActionSpawn spawn)
{
    private const int SkipCode = 10;
    private const int LargestOutput = 16 * 1024;

    /// <summary>Returns what it printed, if the action is to run; a <see cref="NotRunException"/> if not.</summary>
    public async Task<ReadOnlyMemory<byte>> AskAsync(ActionRun run, ActionOptions options)
    {
        var request = run.Request;
        var words = request.Action.OnlyIf;
        var paths = spawn.WritePaths(request);
        var printed = new MemoryStream();
        try
        {
            using var child = Start(request, new ActionCommand(words[0], [.. words.Skip(1)]), options, paths);
            var output = ChildOutput.Attach(child.StandardOutput!, bytes =>
                printed.Write(bytes[..Math.Min(bytes.Length, LargestOutput - (int)printed.Length)])
            );
            run.Attach(child, endsRun: false);
            var exit = await child.Exited;
            if (run.Stopped is not null) child.SignalGroup(ProcessSignal.Kill);
            output.Finish();
            run.Attach(null, endsRun: false);
            if (run.Stopped is not null)
                throw new NotRunException(
                    ActionOutcome.Of(exit).Because(run.Stopped, request.Action.Timeout ?? options.Timeout),
                    Printed(printed)
                );
            if (exit.Code == SkipCode)
                throw new NotRunException(ActionOutcome.Skip($"skipped: only_if ended with exit code {SkipCode}"), Printed(printed));
            if (!exit.IsSuccess)
                throw new NotRunException(ActionOutcome.Of(exit) with { Error = "only_if failed" }, Printed(printed));
            return Printed(printed);
        }
        finally
        {
            ActionSpawn.RemovePaths(paths);
        }
    }

    private ChildProcess Start(ActionRequest request, ActionCommand command, ActionOptions options, string? paths)
    {
        try
        {
            return spawn.Start(request, command, options, paths, marks: false);
        }
        catch (SpawnException e)
        {
            throw new SpawnException($"only_if: {e.Message}", e.Errno);
        }
    }

    private static ReadOnlyMemory<byte> Printed(MemoryStream printed)
    {
        if (printed.Length == 0 || printed.GetBuffer()[printed.Length - 1] != (byte)'\n') printed.WriteByte((byte)'\n');
        return printed.Length == 1 ? default : printed.GetBuffer().AsMemory(0, (int)printed.Length);
    }
}

/// <summary>An action that was not started, and why; with what its condition printed.</summary>
internal sealed class NotRunException(ActionOutcome outcome, ReadOnlyMemory<byte> printed) : Exception(outcome.ToString())
{
    public ActionOutcome Outcome => outcome;

    public ReadOnlyMemory<byte> Printed => printed;
}
