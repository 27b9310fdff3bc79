using AiwgDaemon.Actions;

namespace AiwgDaemon.Runs;

/// <summary>A run that has begun and goes back to wait, and how that ends. Everything here under the lock of the runs.</summary>
internal static class RunWait
{
    // A timer takes 49 days at most; who wakes too early goes back.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(7);

    /// <summary>True if the run need not wait any more: its instant has come, or somebody let it go on its way here.</summary>
    /// <param name="run">It has just stopped working.</param>
    /// <param name="wait">For what.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="due">To be called when its instant comes.</param>
    public static bool Begin(Run run, ActionWait wait, TimeProvider time, Func<bool> due)
    {
        var delay = wait.Until - time.GetUtcNow();
        var isOver = run.IsWakeAsked || delay <= TimeSpan.Zero;
        (run.HasBegun, run.State, run.Work, run.Record, run.IsWakeAsked) = (true, RunState.Waiting, null, null, false);
        run.Parked = isOver ? null : wait;
        if (!isOver && delay is { } length)
            run.Alarm = time.CreateTimer(_ => due(), null, length < LongestSleep ? length : LongestSleep, Timeout.InfiniteTimeSpan);
        return isOver;
    }

    /// <summary>False if it does not wait. If it is on its way here, it does not begin to.</summary>
    public static bool End(Run run)
    {
        run.IsWakeAsked = run.State == RunState.Running;
        if (!run.HasBegun || run.State != RunState.Waiting) return false;
        Forget(run);
        return true;
    }

    public static void Forget(Run run)
    {
        run.Alarm?.Dispose();
        (run.Alarm, run.Parked) = (null, null);
    }
}
