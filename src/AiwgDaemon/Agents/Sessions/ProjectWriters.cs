namespace AiwgDaemon.Agents.Sessions;

/// <summary>Of the tasks that work in the project itself and may change files, one at a time. Thread-safe.</summary>
/// <param name="wake">Lets a run go on that waits.</param>
internal sealed class ProjectWriters(Func<string, bool> wake)
{
    private readonly Lock _gate = new();
    private readonly List<string> _waiting = [];
    private int? _writer;

    /// <summary>Null if the project is the task's now; else the task that has it, and the run is let go when that is over.</summary>
    public int? Enter(int task, string run)
    {
        lock (_gate)
        {
            if (_writer is { } other && other != task)
            {
                _waiting.Add(run);
                return other;
            }
            _writer = task;
            return null;
        }
    }

    public void Leave(int task)
    {
        string[] waiting;
        lock (_gate)
        {
            if (_writer != task) return;
            _writer = null;
            waiting = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var run in waiting) wake(run);
    }
}
