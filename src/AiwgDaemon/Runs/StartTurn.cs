using AiwgDaemon.Bus;

namespace AiwgDaemon.Runs;

/// <summary>The rules of one event start in the order of the file, and so do the jobs of one minute, whichever thread is the quickest. Not
/// thread-safe, but for <see cref="AwaitAsync"/>.</summary>
internal sealed class StartTurn
{
    // A start that hangs, in a working directory that does not answer, holds up those behind it no longer than this.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private Run? _last;

    /// <summary>The run is the next to start.</summary>
    public void Take(Run run)
    {
        if (_last is { } last && AreOfOneInstant(last.Events[0], run.Events[0])) run.StartsAfter = last;
        _last = run;
    }

    public static async ValueTask AwaitAsync(Run run, TimeProvider time)
    {
        if (run.StartsAfter is not { } before) return;
        run.StartsAfter = null;
        try
        {
            await before.Start.Task.WaitAsync(Longest, time);
        }
        catch (TimeoutException)
        {
            // Better out of order than not at all.
        }
    }

    private static bool AreOfOneInstant(DaemonEvent one, DaemonEvent other) =>
        one.Id == other.Id || (one.Source == EventSource.Schedule && other.Source == EventSource.Schedule);
}
