using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// How a detached daemon tells the command that started it that it is ready, or why it failed. Its standard error is a
/// pipe to that command until then, so that even a crash of the runtime is seen; afterwards it is the null device.
/// </summary>
internal sealed class Readiness
{
    /// <summary>Set for a detached child by the launcher, and removed at once, so that actions do not inherit it.</summary>
    public const string Variable = "AIWG_DAEMON_DETACHED";

    /// <summary>The line that ends the conversation.</summary>
    public const string ReadyLine = "\u0006ready\n";

    private bool _detached;

    private Readiness(bool detached) => _detached = detached;

    public bool IsDetached => _detached;

    public static Readiness FromEnvironment()
    {
        var detached = Environment.GetEnvironmentVariable(Variable) == "1";
        if (detached) Environment.SetEnvironmentVariable(Variable, null);
        return new Readiness(detached);
    }

    /// <summary>Tells the caller that everything is armed, and lets go of its pipe.</summary>
    public void Ready()
    {
        if (!_detached) return;
        _detached = false;
        using (var error = Console.OpenStandardError()) error.Write(Encoding.UTF8.GetBytes(ReadyLine));
        StandardStreams.PointToNull();
    }
}
