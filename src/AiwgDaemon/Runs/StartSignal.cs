namespace AiwgDaemon.Runs;

/// <summary>Says that the start of a run is over; costs nothing if nobody waits for it. Thread-safe.</summary>
internal sealed class StartSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _awaited;
    private bool _isOver;

    public Task Task
    {
        get
        {
            lock (_lock)
            {
                if (_isOver) return Task.CompletedTask;
                return (_awaited ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            _awaited?.TrySetResult();
        }
    }
}
