using AiwgDaemon.Logging;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// Lines in daemon.log of a daemon that has no logger yet, or none any more: why a start failed, for whoever did not see it fail.
/// </summary>
internal static class StartLog
{
    /// <summary>
    /// Nothing happens if the project has no directory for it, or it cannot be written: whoever started the daemon is told anyway.
    /// </summary>
    public static void Write(ProjectPaths paths, Action<ILogger> say)
    {
        if (!Directory.Exists(paths.Daemon)) return;
        try
        {
            using var logging = DaemonLogging.Create(new LogOptions(), paths.Log, console: false, TimeProvider.System);
            say(logging.For("daemon"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reason is printed by the command that started it; the log is a second place.
        }
    }
}
