using System.Collections.Concurrent;
using AiwgDaemon.Rules.Machine;

namespace AiwgDaemon.Rules;

/// <summary>
/// The timers of the rules. They fire on the clock's one thread, which must not be held up: what they lead to happens on the pool.
/// </summary>
internal sealed class RuleTimers(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<RuleTimer, ITimer> _armed = [];

    public void Arm(RuleTimer timer, TimeSpan delay, RuleReader reader)
    {
        var armed = time.CreateTimer(
            _ => ThreadPool.UnsafeQueueUserWorkItem(_ => Fire(timer, reader), null),
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _armed[timer] = armed;
        armed.Change(delay, Timeout.InfiniteTimeSpan);
    }

    public void Disarm(RuleTimer timer)
    {
        if (_armed.TryRemove(timer, out var armed)) armed.Dispose();
    }

    public void Dispose()
    {
        foreach (var timer in _armed.Keys) Disarm(timer);
    }

    private void Fire(RuleTimer timer, RuleReader reader)
    {
        Disarm(timer);
        reader.Post(new RuleInput.TimerFired(timer));
    }
}
