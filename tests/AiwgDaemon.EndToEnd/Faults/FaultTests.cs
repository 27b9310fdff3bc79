namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>Each fault once, in its short version; scripts/torture.sh repeats them all for as long as one likes.</summary>
public sealed class FaultTests
{
    // The kills have a test of their own.
    public static TheoryData<string> Names => [.. FaultCatalogue.All.Skip(2).Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_daemon_survives_a_fault_and_recovers_by_itself(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The faults are inflicted with the means of Linux");
        var fault = FaultCatalogue.All.Single(f => f.Name == name);
        if (fault.Unavailable?.Invoke() is { } reason) Assert.Skip(reason);
        using var laboratory = new Laboratory(new Random(Torture.Seed));
        await fault.Inflict(laboratory);
    }
}
