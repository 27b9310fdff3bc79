using AiwgDaemon.Rules.Machine;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents;

/// <summary>All tasks that are known, in memory and on the disk. Reads them when somebody asks for the first time. Thread-safe.</summary>
internal sealed class TaskBook(TaskFolder folder, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, AgentTask> _tasks = [];
    private readonly Dictionary<(Guid Event, string? Rule), int> _byCause = [];
    private bool _isRead;
    private bool? _any;

    /// <summary>Looks at the disk once.</summary>
    public bool Any => _any ??= folder.Exists;

    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyList<AgentTask> All
    {
        get
        {
            if (!Any) return [];
            lock (_gate)
            {
                ReadOnce();
                return [.. _tasks.Values.OrderBy(static task => task.Number)];
            }
        }
    }

    /// <summary>Gives the task a number that none had, and puts it and its prompt on the disk. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> says what cannot be written.</summary>
    public AgentTask Begin(Func<int, AgentTask> make, string prompt)
    {
        lock (_gate)
        {
            ReadOnce();
            var number = folder.Reserve();
            _any = true;
            var task = make(number);
            folder.Begin(task, prompt);
            Remember(task);
            return task;
        }
    }

    public AgentTask? Find(int number)
    {
        if (!Any) return null;
        lock (_gate)
        {
            ReadOnce();
            return _tasks.GetValueOrDefault(number);
        }
    }

    /// <summary>The task of a run: of one that a person asked for by its event alone.</summary>
    public AgentTask? Find(Guid @event, string rule)
    {
        if (!Any) return null;
        lock (_gate)
        {
            ReadOnce();
            return _byCause.TryGetValue((@event, RuleOf(rule)), out var number) ? _tasks[number] : null;
        }
    }

    /// <summary>Changes a task; on the disk on return if that can be written, and in memory in any case.</summary>
    public AgentTask Change(int number, Func<AgentTask, AgentTask> change)
    {
        lock (_gate)
        {
            ReadOnce();
            var task = _tasks[number];
            var changed = change(task);
            if (changed == task) return task;
            _tasks[number] = changed;
            Try(() => folder.Write(changed));
            return changed;
        }
    }

    public void KeepResult(int number, string result) => Try(() => folder.WriteResult(number, result));

    /// <summary>Null for what a person asked for.</summary>
    public static string? RuleOf(string rule) => rule == ManualRuns.RuleId ? null : rule;

    private void ReadOnce()
    {
        if (_isRead) return;
        _isRead = true;
        foreach (var task in folder.ReadAll(fault => AgentsLog.TaskUnreadable(logger, fault))) Remember(task);
    }

    private void Remember(AgentTask task)
    {
        _tasks[task.Number] = task;
        _byCause[(task.EventId, task.RuleId)] = task.Number;
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
}
