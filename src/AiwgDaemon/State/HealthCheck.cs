using System.Globalization;

namespace AiwgDaemon.State;

/// <summary>How a daemon fares, judged from outside.</summary>
internal enum Verdict
{
    Healthy,
    Degraded,
    Unhealthy,
    Stopped,
}

/// <summary>A verdict and, if the state document does not say it itself, the reason.</summary>
internal sealed record HealthVerdict(Verdict Verdict, string? Reason);

/// <summary>Judges a state document by its age: a daemon that lives and does not beat is not healthy, whatever it wrote last.
/// Pure.</summary>
internal static class HealthCheck
{
    /// <param name="state">The document.</param>
    /// <param name="processAlive">Whether our daemon holds the lock of this project.</param>
    /// <param name="now">The instant to judge for.</param>
    public static HealthVerdict Of(DaemonState state, bool processAlive, DateTimeOffset now)
    {
        if (!processAlive)
            return new(Verdict.Stopped, state.Running ? $"The daemon (pid {state.Pid}) ended without a clean shutdown" : null);
        var age = now - state.LastHeartbeat;
        var limit = TimeSpan.FromSeconds(3 * state.HeartbeatIntervalSeconds);
        if (age > limit)
        {
            var seconds = Math.Floor(age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return new(
                Verdict.Unhealthy,
                $"The last heartbeat is {seconds} s old, the limit is {limit.TotalSeconds} s: the daemon (pid {state.Pid}) is frozen or "
                    + "cannot write"
            );
        }
        return new(state.Health.Status switch
        {
            HealthWords.Healthy => Verdict.Healthy,
            HealthWords.Degraded => Verdict.Degraded,
            _ => Verdict.Unhealthy,
        }, null);
    }
}
