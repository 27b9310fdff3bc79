using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Rules;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Agents;

/// <summary>
/// The tasks of a project. A task is a prompt on the disk and an event that asks for its run, which is a run like any other: this keeps
/// what the run does not, and the result. Costs nothing until there is a task. Thread-safe.
/// </summary>
/// <param name="book">All tasks.</param>
/// <param name="folder">Their files.</param>
/// <param name="project">The project's directory.</param>
/// <param name="options">The configuration in force.</param>
/// <param name="request">Takes a request for a run durably, and returns the run's id.</param>
/// <param name="runs">How the runs stand, and how one is ended or let go.</param>
/// <param name="worktrees">Where they work.</param>
/// <param name="time">Clock.</param>
internal sealed class AgentTasks(
    TaskBook book,
    TaskFolder folder,
    string project,
    Func<AgentOptions> options,
    Func<DaemonEvent, CancellationToken, Task<string>> request,
    TaskRuns runs,
    TaskWorktrees worktrees,
    TimeProvider time)
{
    private const string NoRecord = "the daemon ended before it was accepted, or no record of its run is kept";

    private readonly Lock _gate = new();

    // Requests that are on their way to the disk: no run of theirs is known yet.
    private readonly HashSet<Guid> _submitting = [];

    public bool Any => book.Any;

    /// <summary>What is done with their work.</summary>
    public TaskWorktrees Worktrees => worktrees;

    /// <summary>Every one, in the order of their numbers, without how its run stands.</summary>
    public IReadOnlyList<AgentTask> All => book.All;

    /// <summary>On the disk on return, and its run is queued. A <see cref="TaskRefusal"/> says why it is not taken.</summary>
    public async Task<TaskState> SubmitAsync(TaskOrder order, CancellationToken token)
    {
        if (Encoding.UTF8.GetByteCount(order.Prompt) > TaskFolder.LargestPrompt)
            throw new TaskRefusal(
                $"The prompt is larger than {TaskFolder.LargestPrompt / 1024} KB; put what is long into a file and name it"
            );
        var configured = options();
        var provider = configured.Provider(order.Provider);
        DaemonEvent? asking = null;
        AgentTask task;
        lock (_gate)
        {
            task = book.Begin(
                number =>
                {
                    asking = RuleEngine.RequestFor(
                        provider.Action.Name, Payload(new AgentRequest(number, order.Priority)), time.GetUtcNow());
                    return order.ToTask(number, provider, asking, configured.IsIsolated);
                },
                order.Prompt
            );
            _submitting.Add(task.EventId);
        }
        try
        {
            await request(asking!, token);
            return new TaskState(task, RunOf(task));
        }
        catch (Exception e)
        {
            // Nobody was told of it: it stays as a task that failed, so that the number is not used again.
            book.Change(
                task.Number,
                t => t with { Outcome = TaskState.Failed, CompletedAt = time.GetUtcNow(), Error = $"not accepted: {e.Message}" }
            );
            throw;
        }
        finally
        {
            lock (_gate) _submitting.Remove(task.EventId);
        }
    }

    /// <summary>By its name or number; null if there is none.</summary>
    public TaskState? Find(string name) =>
        AgentRequest.NumberOf(name) is { } number && book.Find(number) is { } task ? new TaskState(task, RunOf(task)) : null;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<TaskState> List(string? state, int limit)
    {
        if (!Any) return [];
        var known = new RunIndex(runs.List(new RunFilter()));
        return
        [
            .. book
                .All.Reverse()
                .Select(task => new TaskState(task, known.Of(task)))
                .Where(task => state is null || task.State == state || task.Outcome == state)
                .Take(limit),
        ];
    }

    /// <summary>Ends it, whether it waits or runs; false if it has ended or there is none.</summary>
    public bool Cancel(string name) => Find(name) is { HasEnded: false, Run: { } run } && runs.Cancel(run.Id);

    /// <summary>Lets a task start that waits for an approval; null if it has done so, else why not.</summary>
    public string? Approve(string name)
    {
        if (Find(name) is not { } task) return $"There is no task '{name}'";
        if (task.HasEnded) return $"{task.Name} has ended";
        if (!task.Task.NeedsApproval || task.Task.ApprovedAt is not null) return $"{task.Name} waits for no approval";
        book.Change(task.Task.Number, t => t with { ApprovedAt = time.GetUtcNow() });
        if (task.Run is { } run) runs.Wake(run.Id);
        return null;
    }

    /// <summary>Ends a task that waits for an approval; null if it has done so, else why not.</summary>
    public string? Reject(string name)
    {
        if (Find(name) is not { } task) return $"There is no task '{name}'";
        if (task.HasEnded) return $"{task.Name} has ended";
        if (!task.Task.NeedsApproval || task.Task.ApprovedAt is not null) return $"{task.Name} waits for no approval; cancel ends it";
        book.Change(task.Task.Number, t => t with { Reason = TaskState.Rejected, Error = "rejected" });
        return Cancel(name) ? null : $"{task.Name} has ended";
    }

    /// <summary>Lets a task go on now that waits for an instant or for its provider; null if it has done so, else why not.</summary>
    public string? GoOn(string name)
    {
        if (Find(name) is not { } task) return $"There is no task '{name}'";
        if (task.HasEnded || task.Run is not { } run) return $"{task.Name} has ended";
        book.Change(task.Task.Number, static t => t with { NotBefore = null, StartAt = null, IsHeld = false });
        return runs.Wake(run.Id) ? null : $"{task.Name} does not wait";
    }

    public string Prompt(AgentTask task) => folder.Prompt(task.Number);

    /// <summary>What it printed; null if it has not ended, or printed nothing.</summary>
    public string? Result(TaskState task) => task.HasEnded ? folder.Result(task.Task.Number) ?? Output(task.Run) : null;

    /// <summary>A run has ended: keeps how, and what it printed, for the run's record and output are pruned.</summary>
    public void Ended(ActionRecord run)
    {
        if (book.Find(run.EventId, run.RuleId) is { } task) Settle(task, run);
    }

    /// <summary>
    /// After a start, as soon as all runs that an earlier daemon left are known: what ended unseen is kept, and what has no run is lost.
    /// </summary>
    public void Recover()
    {
        if (!Any) return;
        var known = new RunIndex(runs.List(new RunFilter()));
        foreach (var task in book.All)
        {
            lock (_gate)
                if (task.Outcome is not null || _submitting.Contains(task.EventId)) continue;
            var run = known.Of(task);
            if (run is null)
                book.Change(task.Number, t => t with { Outcome = "lost", CompletedAt = time.GetUtcNow(), Error = NoRecord });
            else if (run.HasEnded) Settle(task, run);
        }
    }

    private void Settle(AgentTask task, ActionRecord run)
    {
        if (folder.Result(task.Number) is null && Output(run) is { } output) book.KeepResult(task.Number, output);
        // A run of before, told late: the task has been repeated since.
        book.Change(task.Number, t => string.CompareOrdinal(run.Id, t.RunId) < 0 ? t : t with
        {
            RunId = run.Id,
            Outcome = t.Reason == TaskState.Rejected ? TaskState.Rejected : TaskState.WordOf(run.Status),
            StartedAt = t.StartedAt ?? run.StartedAt,
            CompletedAt = run.CompletedAt ?? time.GetUtcNow(),
            ExitCode = run.ExitCode,
            Error = t.Reason == TaskState.Rejected ? t.Error : run.Error,
            IsWorking = false,
        });
        var known = new RunIndex(runs.List(new RunFilter { Status = "waiting" }));
        foreach (var next in book.All.Where(t => t.After?.Contains(task.Number) == true && t.Outcome is null))
            if (known.Of(next) is { } waiting) runs.Wake(waiting.Id);
    }

    private string? Output(ActionRecord? run) =>
        run?.OutputPath is { } path ? TaskResult.Read(Path.Combine(project, path)) : null;

    private ActionRecord? RunOf(AgentTask task) => new RunIndex(runs.List(new RunFilter())).Of(task);

    private static byte[] Payload(AgentRequest request)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) request.WriteTo(json);
        return buffer.ToArray();
    }
}
