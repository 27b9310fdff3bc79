namespace AiwgDaemon.Sources.Cron;

/// <summary>Notices that the machine's zone was changed, which .NET reads only once. Costs two system calls a look.</summary>
internal sealed class LocalZone(TimeProvider time)
{
    private const string Path = "/etc/localtime";

    private (string? Target, DateTime Written, string? Variable) _seen = Look();

    public TimeZoneInfo Current
    {
        get
        {
            var now = Look();
            if (now != _seen)
            {
                _seen = now;
                TimeZoneInfo.ClearCachedData();
            }
            return time.LocalTimeZone;
        }
    }

    // Where there is no such file (Windows) the time written is a constant: nothing is noticed, nothing fails.
    private static (string?, DateTime, string?) Look()
    {
        var file = new FileInfo(Path);
        return (file.LinkTarget, file.LastWriteTimeUtc, Environment.GetEnvironmentVariable("TZ"));
    }
}
