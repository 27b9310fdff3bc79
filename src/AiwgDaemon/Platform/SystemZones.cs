namespace AiwgDaemon.Platform;

/// <summary>
/// The time zones of a system without zone files, Windows, as .NET knows them. From 1970 to 2100; what is after that has the last offset.
/// Everywhere else the files are read by <c>Sources/Cron/Zones</c>, for .NET keeps them for the life of the process, takes the name of the
/// local zone for its content, and reads neither rules of POSIX nor days in rule times.
/// </summary>
internal static class SystemZones
{
    private const int FirstYear = 1970;
    private const int LastYear = 2100;

    /// <summary>True if there are no zone files to read here.</summary>
    public static bool AreNeeded => OperatingSystem.IsWindows();

    public static IEnumerable<string> Names => TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id);

    /// <summary>The id of the local zone.</summary>
    public static string Local
    {
        get
        {
            // Else .NET answers what it has read at the start.
            TimeZoneInfo.ClearCachedData();
            return TimeZoneInfo.Local.Id;
        }
    }

    /// <summary>Instants of UTC and the offsets from there on, in ticks; the first one is from the beginning. Null if no zone has the
    /// name.</summary>
    public static List<(long At, long Offset)>? Changes(string name)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return null;
        var at = new DateTime(FirstYear, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
        var changes = new List<(long, long)> { (at, Offset(at)) };
        for (var end = new DateTime(LastYear, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks; at < end; at += TimeSpan.TicksPerDay)
        {
            var next = at + TimeSpan.TicksPerDay;
            if (Offset(next) == changes[^1].Item2) continue;
            var (low, high) = (at, next);
            while (high - low > TimeSpan.TicksPerSecond)
            {
                var middle = low + ((high - low) / 2 / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond);
                if (Offset(middle) == changes[^1].Item2) low = middle;
                else high = middle;
            }
            changes.Add((high, Offset(high)));
        }
        return changes;

        long Offset(long instant) => zone.GetUtcOffset(new DateTime(instant, DateTimeKind.Utc)).Ticks;
    }
}
