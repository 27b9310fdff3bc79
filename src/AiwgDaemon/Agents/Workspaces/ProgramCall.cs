using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Streams;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents.Workspaces;

/// <summary>How a program ended, and the end of what it printed.</summary>
internal sealed record ProgramEnd(ExitStatus Exit, string Output, string Errors)
{
    public bool IsSuccess => Exit.IsSuccess;

    /// <summary>What it said of its failure, in one line.</summary>
    public string Why => ActionLog.OneLine((Errors.Trim() is { Length: > 0 } errors ? errors : Output.Trim()) is { Length: > 0 } text
        ? text.Length <= LongestWhy ? text : text[^LongestWhy..]
        : Exit.ToString());

    private const int LongestWhy = 1000;
}

/// <summary>Runs a program beside the agent of a task: git, the preparation of a worktree, the check of the work.</summary>
/// <param name="environment">The whole environment.</param>
/// <param name="run">The run that it is of, so that a stop of the run reaches it; null: none.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Category <c>agents</c>.</param>
internal sealed class ProgramCall(
    IReadOnlyDictionary<string, string> environment, ActionRun? run, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LeftoverGrace = TimeSpan.FromSeconds(2);

    /// <summary>A <see cref="SpawnException"/> says why it cannot be started.</summary>
    /// <param name="argv">Program and arguments.</param>
    /// <param name="directory">Where it works; absolute.</param>
    /// <param name="copy">Is given all that it prints, in order; its errors are not told apart then.</param>
    public async Task<ProgramEnd> RunAsync(IReadOnlyList<string> argv, string directory, OutputSink? copy = null)
    {
        var (output, errors) = (new TextTail(), new TextTail());
        using var child = ChildProcess.Start(new SpawnOptions
        {
            Program = argv[0],
            Arguments = [.. argv.Skip(1)],
            Environment = environment,
            WorkingDirectory = directory,
            Output = SpawnStream.Pipe,
            Error = copy is null ? SpawnStream.Pipe : SpawnStream.SameAsOutput,
        });
        var printed = ChildOutput.Attach(child.StandardOutput!, bytes =>
        {
            output.Write(bytes);
            copy?.Invoke(bytes);
        });
        var said = child.StandardError is { } pipe ? ChildOutput.Attach(pipe, errors.Write) : null;
        run?.Attach(child, endsRun: false);
        var exit = await child.Exited;
        if (run is not null)
        {
            var grace = run.Stopped is null ? Task.Delay(LeftoverGrace, time) : run.Killed;
            await Stragglers.EndAsync(run, child, grace, time, logger);
            run.Attach(null, endsRun: false);
        }
        printed.Finish();
        said?.Finish();
        return new ProgramEnd(exit, output.Text, errors.Text);
    }
}
