using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents;

/// <summary>
/// The tasks of a project. A task is a prompt on the disk and an event that asks for its run, which is a run like any other: this keeps
/// what the run does not, and the result. Costs nothing until there is a task. Thread-safe.
/// </summary>
/// <param name="folder">Where they are kept.</param>
/// <param name="project">The project's directory.</param>
/// <param name="options">The configuration in force.</param>
/// <param name="request">Takes a request for a run durably, and returns the run's id.</param>
/// <param name="list">How the runs stand.</param>
/// <param name="cancel">Ends a run in any state; false if it has ended.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Category <c>agents</c>.</param>
internal sealed class AgentTasks(
    TaskFolder folder,
    string project,
    Func<AgentOptions> options,
    Func<DaemonEvent, CancellationToken, Task<string>> request,
    Func<RunFilter, IReadOnlyList<ActionRecord>> list,
    Func<string, bool> cancel,
    TimeProvider time,
    ILogger logger)
{
    private const string NoRecord = "the daemon ended before it was accepted, or no record of its run is kept";

    private readonly Lock _gate = new();
    private readonly List<AgentTask> _tasks = [];
    private readonly Dictionary<Guid, int> _byEvent = [];

    // Requests that are on their way to the disk: no run of theirs is known yet.
    private readonly HashSet<Guid> _submitting = [];
    private bool _isRead;
    private bool? _any;

    /// <summary>Looks at the disk once.</summary>
    public bool Any => _any ??= folder.Exists;

    /// <summary>On the disk on return, and its run is queued. A <see cref="TaskRefusal"/> says why it is not taken.</summary>
    public async Task<TaskState> SubmitAsync(string prompt, string? provider, int priority, CancellationToken token)
    {
        if (Encoding.UTF8.GetByteCount(prompt) > TaskFolder.LargestPrompt)
            throw new TaskRefusal(
                $"The prompt is larger than {TaskFolder.LargestPrompt / 1024} KB; put what is long into a file and name it"
            );
        var with = Provider(provider);
        AgentTask task;
        DaemonEvent asking;
        lock (_gate)
        {
            ReadOnce();
            var number = folder.Reserve();
            _any = true;
            asking = RuleEngine.RequestFor(with.Action.Name, Payload(new AgentRequest(number, priority)), time.GetUtcNow());
            task = new AgentTask
            {
                Number = number,
                Provider = with.Name,
                Priority = priority,
                CreatedAt = asking.Timestamp,
                EventId = asking.Id,
            };
            folder.Begin(task, prompt);
            Remember(task);
            _submitting.Add(asking.Id);
        }
        try
        {
            await request(asking, token);
            return new TaskState(task, RunOf(asking.Id));
        }
        catch (Exception e)
        {
            // Nobody was told of it: it stays as a task that failed, so that the number is not used again.
            var failed = task with { Outcome = TaskState.Failed, CompletedAt = time.GetUtcNow(), Error = $"not accepted: {e.Message}" };
            lock (_gate) Keep(failed);
            throw;
        }
        finally
        {
            lock (_gate) _submitting.Remove(asking.Id);
        }
    }

    /// <summary>By its name or number; null if there is none.</summary>
    public TaskState? Find(string name)
    {
        if (AgentRequest.NumberOf(name) is not { } number || !Any) return null;
        lock (_gate)
        {
            ReadOnce();
            var task = _tasks.Find(t => t.Number == number);
            return task is null ? null : new TaskState(task, RunOf(task.EventId));
        }
    }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<TaskState> List(string? state, int limit)
    {
        if (!Any) return [];
        var known = Runs();
        lock (_gate)
        {
            ReadOnce();
            return
            [
                .. Enumerable
                    .Reverse(_tasks)
                    .Select(task => new TaskState(task, known.GetValueOrDefault(task.EventId)))
                    .Where(task => state is null || task.State == state || task.Outcome == state)
                    .Take(limit),
            ];
        }
    }

    /// <summary>Ends it, whether it waits or runs; false if it has ended or there is none.</summary>
    public bool Cancel(string name) =>
        Find(name) is { HasEnded: false, Run: { } run } && cancel(run.Id);

    public string Prompt(AgentTask task) => folder.Prompt(task.Number);

    /// <summary>What it printed; null if it has not ended, or printed nothing.</summary>
    public string? Result(TaskState task) => task.HasEnded ? folder.Result(task.Task.Number) ?? Output(task.Run) : null;

    /// <summary>A run has ended: keeps how, and what it printed, for the run's record and output are pruned.</summary>
    public void Ended(ActionRecord run)
    {
        lock (_gate)
        {
            ReadOnce();
            if (!_byEvent.TryGetValue(run.EventId, out var number) || _tasks.Find(t => t.Number == number) is not { } task) return;
            Settle(task, run);
        }
    }

    /// <summary>
    /// After a start, as soon as all runs that an earlier daemon left are known: what ended unseen is kept, and what has no run is lost.
    /// </summary>
    public void Recover()
    {
        if (!Any) return;
        var known = Runs();
        lock (_gate)
        {
            ReadOnce();
            foreach (var task in _tasks.Where(t => t.Outcome is null && !_submitting.Contains(t.EventId)).ToArray())
            {
                var run = known.GetValueOrDefault(task.EventId);
                if (run is null) Keep(task with { Outcome = "lost", CompletedAt = time.GetUtcNow(), Error = NoRecord });
                else if (run.HasEnded) Settle(task, run);
            }
        }
    }

    private AgentProvider Provider(string? name)
    {
        var configured = options();
        if (configured.Providers.Count == 0)
            throw new TaskRefusal(
                "The configuration has no agent; write for instance agents: {providers: {local: {type: command, argv: [my-agent]}}}"
            );
        var known = string.Join(", ", configured.Providers.Keys.Order(StringComparer.Ordinal));
        if ((name ?? configured.Default) is not { } wanted)
            throw new TaskRefusal($"The task names no provider, and agents.default none either; name one of {known}");
        return configured.Providers.GetValueOrDefault(wanted)
            ?? throw new TaskRefusal($"There is no provider '{wanted}' in agents.providers; it has {known}");
    }

    // From here on under the lock.
    private void ReadOnce()
    {
        if (_isRead) return;
        _isRead = true;
        foreach (var task in folder.ReadAll(fault => AgentsLog.TaskUnreadable(logger, fault))) Remember(task);
    }

    private void Remember(AgentTask task)
    {
        _tasks.Add(task);
        _byEvent[task.EventId] = task.Number;
    }

    private void Settle(AgentTask task, ActionRecord run)
    {
        if (Output(run) is { } output) Try(() => folder.WriteResult(task.Number, output));
        Keep(task with
        {
            RunId = run.Id,
            Outcome = TaskState.WordOf(run.Status),
            StartedAt = run.StartedAt,
            CompletedAt = run.CompletedAt ?? time.GetUtcNow(),
            ExitCode = run.ExitCode,
            Error = run.Error,
        });
    }

    private void Keep(AgentTask task)
    {
        _tasks[_tasks.FindIndex(t => t.Number == task.Number)] = task;
        Try(() => folder.Write(task));
    }

    // The run's record says the same until it is pruned: a disk that is full for a while loses nothing.
    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AgentsLog.NotKept(logger, e.Message);
        }
    }

    private string? Output(ActionRecord? run) =>
        run?.OutputPath is { } path ? TaskResult.Read(Path.Combine(project, path)) : null;

    private ActionRecord? RunOf(Guid @event) => Runs().GetValueOrDefault(@event);

    // Of a request that was repeated, the newest run.
    private Dictionary<Guid, ActionRecord> Runs()
    {
        var known = new Dictionary<Guid, ActionRecord>();
        foreach (var run in list(new RunFilter { Rule = ManualRuns.RuleId })) known.TryAdd(run.EventId, run);
        return known;
    }

    private static byte[] Payload(AgentRequest request)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) request.WriteTo(json);
        return buffer.ToArray();
    }
}
