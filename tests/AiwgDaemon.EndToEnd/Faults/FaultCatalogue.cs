namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>One thing that may happen to a daemon. It ends with the invariants checked.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Inflict">Throws where an invariant does not hold.</param>
/// <param name="Unavailable">Why it cannot be inflicted here; null where it can.</param>
internal sealed record Fault(string Name, Func<Laboratory, Task> Inflict, Func<string?>? Unavailable = null);

/// <summary>All faults that the laboratory knows.</summary>
internal static class FaultCatalogue
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("kill -9 at random moments under load", lab => KillFault.RunAsync(lab.Random, 8)),
        new("kill -9 at a named step of what it does", lab =>
            CrashFault.InflictAsync(lab, CrashPlace.All[lab.Random.Next(CrashPlace.All.Count)])
        ),
        .. SignalFaults.All,
        .. DiskFaults.All,
        .. UserFaults.All,
        .. FileFaults.All,
        .. DamageFaults.All,
        .. PlaceFaults.All,
        .. PowerCut.All,
        .. ClockFaults.All,
        .. ActionFaults.All,
        .. ClientFaults.All,
    ];
}
