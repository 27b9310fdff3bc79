namespace AiwgDaemon.Platform;

/// <summary>The process's own standard streams.</summary>
internal static partial class StandardStreams
{
    /// <summary>Points standard input, output and error to the null device: what was there is no longer kept open by this
    /// process.</summary>
    public static void PointToNull()
    {
        if (OperatingSystem.IsWindows()) PointToNullWindows();
        else PointToNullUnix();
    }
}
