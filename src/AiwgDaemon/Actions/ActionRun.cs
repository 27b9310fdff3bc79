using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

internal enum StopReason
{
    Timeout,
    Cancelled,
    Shutdown,
}

/// <summary>
/// One action at work, and how it is ended before its time: SIGTERM to the whole group, SIGKILL when the grace is over.
/// </summary>
internal sealed class ActionRun(ActionRequest request, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChildProcess? _child;
    private ITimer? _timeout;
    private ITimer? _grace;
    private bool _ended;
    private bool _endsWithChild = true;

    public ActionRequest Request => request;

    public StopReason? Stopped { get; private set; }

    /// <summary>For actions that are no process.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Completes when the grace is over and SIGKILL was sent.</summary>
    public Task Killed => _killed.Task;

    /// <summary>The process to end, if it comes to that; a stop that was asked for already reaches it now.</summary>
    /// <param name="child">Null: none any more.</param>
    /// <param name="endsRun">False if something follows its end, so that a stop still has something to stop then.</param>
    public void Attach(ChildProcess? child, bool endsRun = true)
    {
        lock (_lock)
        {
            (_child, _endsWithChild) = (child, endsRun);
            if (Stopped is null) return;
            // The grace may have passed while it was being started.
            Signal(_killed.Task.IsCompleted ? ProcessSignal.Kill : ProcessSignal.Terminate);
        }
    }

    public void StopAfter(TimeSpan timeout, TimeSpan grace)
    {
        if (timeout <= TimeSpan.Zero) return;
        lock (_lock)
        {
            _timeout?.Dispose();
            _timeout = time.CreateTimer(_ => Stop(StopReason.Timeout, grace), null, timeout, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Asks it to end; false if it has ended, or was asked before.</summary>
    public bool Stop(StopReason reason, TimeSpan grace)
    {
        lock (_lock)
        {
            if (_ended || Stopped is not null || (_endsWithChild && _child is { Exited.IsCompleted: true })) return false;
            Stopped = reason;
            Signal(ProcessSignal.Terminate);
            _grace = time.CreateTimer(_ => Kill(), null, grace, Timeout.InfiniteTimeSpan);
            // Continuations must not run on the thread of the timers. Under the lock: it may end, and be disposed, in this instant.
            _ = _stopping.CancelAsync();
        }
        return true;
    }

    /// <summary>Ends what is left, now.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            _killed.TrySetResult();
            Signal(ProcessSignal.Kill);
        }
    }

    /// <summary>From here on it cannot be stopped any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
            _timeout?.Dispose();
            _grace?.Dispose();
            _stopping.Dispose();
        }
    }

    private void Signal(ProcessSignal signal)
    {
        try
        {
            _child?.SignalGroup(signal);
        }
        catch (IOException e)
        {
            Log.NotSignalled(logger, request.Id, request.RuleId, e.Message);
        }
    }
}
