using AiwgDaemon.Sources.Cron.Zones;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Cron;

/// <summary>Zones for tests: of this machine, or with a local zone that the test says.</summary>
internal static class TestZones
{
    public static Zone Named(string name)
    {
        var read = ZoneFiles.System.Read(name);
        read.Problem.ShouldBeNull();
        return read.Zone;
    }

    /// <param name="variable">The value of TZ.</param>
    public static ZoneFiles Files(Func<string?> variable, string localtime = "/nonexistent") =>
        new(variable, ZoneFiles.System.Directories, localtime);

    public static ZoneTable Table(string variable) => Table(() => variable);

    public static ZoneTable Table(Func<string?> variable) => new(Files(variable), TestEvents.NoReport);
}
