namespace AiwgDaemon.Platform;

/// <summary>
/// Whether somebody still reads standard output. A command that waits for news writes seldom, and would outlive its reader
/// (<c>logs --follow | head -1</c>) until the next write fails; this tells it at once.
/// </summary>
internal static partial class OutputReader
{
    /// <summary>
    /// Cancelled once the reader has gone. Costs one thread that sleeps in the kernel and ends with the process. On Windows,
    /// if a pipe cannot be waited for, never.
    /// </summary>
    public static CancellationToken Gone()
    {
        if (OperatingSystem.IsWindows()) return CancellationToken.None;
        // Never disposed of: it lives as long as the process.
        var gone = new CancellationTokenSource();
        new Thread(
            () =>
            {
                if (WaitUnix())
                    gone.Cancel();
            },
            maxStackSize: 128 * 1024
        )
        {
            IsBackground = true,
            Name = "output reader",
        }.Start();
        return gone.Token;
    }
}
