using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Workspaces;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>Runs the runs of agents: finds or makes the task of a run, sees whether it may start, and does it.</summary>
internal sealed class AgentExecutor(
    TaskBook book, TaskFolder folder, ActionPlaces places, Func<AgentOptions> options, TaskRuns runs, TaskWorktrees worktrees,
    TimeProvider time, ILogger logger)
{
    private readonly ProjectWriters _writers = new(runs.Wake);

    /// <summary>See <see cref="ExecuteAgent"/>.</summary>
    public async Task<ActionOutcome> RunAsync(
        ActionRun run, ActionOptions limits, ReadOnlyMemory<byte> printed, Action<ProcessIdentity> started)
    {
        var configured = options();
        var task = Resume(TaskOf(run.Request, configured), run.Request);
        if (TaskWaits.Of(task, book.Find, time.GetUtcNow()) is { } wait) return ActionOutcome.Later(wait);
        if (task.IsWorking && task.Attempt >= task.Attempts) return Lost(task);
        var provider = configured.Provider(task.Provider);
        using var log = ActionLog.Open(places.Output(run.Request.Id), limits.MaxOutputBytes, logger);
        using var copy = new TaskStream(folder.FileOf(task.Number, "stream.jsonl"), limits.MaxOutputBytes, logger);
        var begun = time.GetTimestamp();
        var work = new AgentWork(run, limits, places, log, copy, started);
        log.WriteHeader(run.Request, work.Directory, time.GetUtcNow());
        log.Write(printed.Span);
        var outcome = await RunAsync(task, provider, work, configured);
        await worktrees.SweepAsync();
        var end = outcome.Wait is { } later ? $"waits: {later.Text}" : outcome.ToString();
        log.WriteFooter(end, time.GetElapsedTime(begun), time.GetUtcNow());
        return outcome;
    }

    private async Task<ActionOutcome> RunAsync(AgentTask task, AgentProvider provider, AgentWork work, AgentOptions configured)
    {
        var place = new TaskPlace(book, folder, task.Number, configured.Worktree, places.Project, time, logger);
        try
        {
            await place.EnterAsync(work);
            if (place.NeedsProject && _writers.Enter(task.Number, work.Run.Request.Id) is { } other)
                return ActionOutcome.Later(
                    new ActionWait(ActionWaitFor.Dependency, $"{AgentRequest.NameOf(other)}, which works in the project itself"));
            return await new AgentSession(book, folder, task.Number, provider, work, place, time, logger).RunAsync();
        }
        catch (WorkspaceException e)
        {
            return ActionOutcome.Failure(e.Message).Because(work.Run.Stopped, work.Limits.Timeout);
        }
        finally
        {
            _writers.Leave(task.Number);
        }
    }

    private AgentTask TaskOf(ActionRequest request, AgentOptions configured)
    {
        if (book.Find(request.Events[0].Id, request.RuleId) is { } known) return known;
        var isSubmitted = request.Action.Name.StartsWith(AgentProvider.Prefix, StringComparison.Ordinal);
        if (isSubmitted && AgentRequest.Of(request.Events[0]) is { } asked)
            throw new TaskRefusal($"The files of {AgentRequest.NameOf(asked.Task)} are gone");
        var prompt = TaskMaker.Prompt(request, places.Project);
        return book.Begin(number => TaskMaker.Make(number, request, configured, time.GetUtcNow()), prompt);
    }

    // What had ended is repeated; what a crash interrupted is told so.
    private AgentTask Resume(AgentTask task, ActionRequest request) =>
        book.Change(task.Number, t =>
        {
            if (t.Outcome is not null)
                t = t with
                {
                    Outcome = null, Attempt = 0, Session = null, SessionProvider = null, Note = null, Reason = null, Error = null,
                    ExitCode = null, StartedAt = null, CompletedAt = null, IsWorking = false, NotBefore = null,
                };
            return t with { RunId = request.Id, Note = t.IsWorking ? TaskInput.GoOn : t.Note };
        });

    private ActionOutcome Lost(AgentTask task)
    {
        book.Change(task.Number, t => t with { IsWorking = false, Reason = "lost" });
        return new ActionOutcome(
            ActionStatus.Lost, Error: $"the daemon was killed while it ran, at its attempt {task.Attempt} of {task.Attempts}");
    }
}
