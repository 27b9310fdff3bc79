using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// A daemon that may open too few files would start and then fail at the first action, or somewhere in the runtime: it is
/// refused with the reason instead. What comes with more clients and actions is said when it comes.
/// </summary>
internal static class OpenFileLimit
{
    // Some 20 when idle, and a few for each running action and each client.
    private const long Least = 64;

    /// <summary>A <see cref="StartException"/> if the limit is below what any daemon needs.</summary>
    public static void Require()
    {
        if (OperatingSystem.IsWindows() || Libc.OpenFileLimit() is not (var limit and < Least))
            return;
        throw new StartException(
            $"At most {limit} files may be open here, and the daemon needs {Least}: raise the limit (ulimit -n, or LimitNOFILE of the "
                + "service)",
            StartFailure.Other
        );
    }
}
