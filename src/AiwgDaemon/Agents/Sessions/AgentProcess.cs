using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Agents.Streams;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>One start of an agent's program, from the start to the end of all that it started.</summary>
internal sealed class AgentProcess(AgentWork work, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // What an agent has left running ends with it; a server that it had started for its tests is nobody's any more.
    private static readonly TimeSpan LeftoverGrace = TimeSpan.FromSeconds(2);

    // A program that tries again by itself holds a place and gets nowhere; the wait is the daemon's.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // No time mends a wrong key; but the first answer may be a proxy's.
    private static readonly TimeSpan AuthPatience = TimeSpan.FromSeconds(3);

    private long _failingSince;
    private bool _isSessionTold;
    private long _printed;

    /// <summary>A <see cref="SpawnException"/> or <see cref="ProviderException"/> says why it cannot be started.</summary>
    /// <param name="provider">The program.</param>
    /// <param name="task">Its task.</param>
    /// <param name="input">What it is told.</param>
    /// <param name="model">Null: its own choice.</param>
    /// <param name="sessionKnown">Is told of the session's id, once, as soon as the program has said it.</param>
    public async Task<TurnEnd> RunAsync(
        ProviderDefinition provider, AgentTask task, TaskInput input, string? model, Action<string> sessionKnown)
    {
        var words = ProviderCommand.Build(provider, task.Permission, model, input.Session, input.Path, input.Argument);
        using var prompt = provider.Prompt == PromptChannel.Input ? SecureFile.Open(input.Path, SecureOpen.Read) : null;
        var stream = new AgentStream(provider.Format);
        using var child = ChildProcess.Start(new SpawnOptions
        {
            Program = provider.Program,
            Arguments = words,
            Environment = work.EnvironmentFor(provider, task),
            WorkingDirectory = work.Directory,
            Input = prompt is null ? SpawnStream.Null : SpawnStream.Existing(prompt),
            Output = SpawnStream.Pipe,
            Error = SpawnStream.SameAsOutput,
        });
        var output = ChildOutput.Attach(child.StandardOutput!, bytes =>
        {
            work.Write(bytes);
            Interlocked.Add(ref _printed, bytes.Length);
            stream.Write(bytes);
            if (_isSessionTold || stream.Session is not { } session) return;
            _isSessionTold = true;
            // The thread of all children's output waits for no disk.
            ThreadPool.UnsafeQueueUserWorkItem(sessionKnown, session, preferLocal: false);
        });
        work.Run.Attach(child, endsRun: false);
        work.Started(child.Identity);
        var stall = new StallWatch(
            TimeSpan.FromMinutes(task.StallMinutes), () => ProcessGroup.ProcessorTime(child.Pid), time);
        var givenUp = await WatchAsync(child, stream, stall, AgentRequest.NameOf(task.Number));
        var exit = await child.Exited;
        var grace = work.Run.Stopped is not null ? work.Run.Killed : Task.Delay(LeftoverGrace, time);
        await Stragglers.EndAsync(work.Run, child, grace, time, logger);
        output.Finish();
        stream.Finish();
        work.Run.Attach(null, endsRun: false);
        var end = TurnEnd.Of(exit, stream.Report(), provider.Format);
        return givenUp switch
        {
            null => end,
            FailureReason.Stalled => end with { Reason = givenUp.Value, Message = $"no sign of life for {task.StallMinutes} minutes" },
            { } reason => end with { Reason = reason },
        };
    }

    // The reason for which the program was ended before its time; null if it was not.
    private async Task<FailureReason?> WatchAsync(ChildProcess child, AgentStream stream, StallWatch stall, string name)
    {
        while (await Task.WhenAny(child.Exited, Task.Delay(Tick, time)) != child.Exited)
        {
            var report = stream.Report();
            var reason = report.Reason;
            var isStalled = stall.IsStalled(Interlocked.Read(ref _printed), report.OpenTools);
            if (stall.IsToWarn) AgentsLog.Silent(logger, name, stall.Silence.TotalSeconds);
            if (isStalled)
            {
                await EndAsync(child);
                return FailureReason.Stalled;
            }
            if (reason is not (FailureReason.Limit or FailureReason.Overloaded or FailureReason.Auth)) _failingSince = 0;
            else if (_failingSince == 0) _failingSince = time.GetTimestamp();
            else if (time.GetElapsedTime(_failingSince) > (reason == FailureReason.Auth ? AuthPatience : Patience))
            {
                await EndAsync(child);
                return reason;
            }
        }
        return null;
    }

    private async Task EndAsync(ChildProcess child)
    {
        child.SignalGroup(ProcessSignal.Terminate);
        if (await Task.WhenAny(child.Exited, Task.Delay(work.Limits.Grace, time)) != child.Exited) child.SignalGroup(ProcessSignal.Kill);
    }
}
