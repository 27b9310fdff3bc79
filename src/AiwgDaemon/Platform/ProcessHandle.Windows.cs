using System.ComponentModel;
using System.Diagnostics;

namespace AiwgDaemon.Platform;

// Windows has no signals: ending is all there is. A polite stop goes through the control socket instead.
internal sealed partial class ProcessHandle
{
    private bool SendWindows(ProcessSignal signal)
    {
        if (signal != ProcessSignal.Kill) throw new PlatformNotSupportedException("Windows has no signals; use the control socket");
        try
        {
            using var process = Process.GetProcessById(Pid);
            process.Kill();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (Win32Exception e)
        {
            throw new UnauthorizedAccessException($"Process {Pid} cannot be ended: {e.Message}", e);
        }
    }
}
