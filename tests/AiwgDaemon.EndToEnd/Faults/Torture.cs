using System.Globalization;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>How much is done, and with which random numbers: small by default, larger through the environment.</summary>
internal static class Torture
{
    /// <summary><c>AIWG_TORTURE_SEED</c>: repeats a run.</summary>
    public static int Seed { get; } = Number("AIWG_TORTURE_SEED", 0) is > 0 and var seed ? seed : Environment.TickCount & 0xffffff;

    /// <summary><c>AIWG_TORTURE_KILLS</c>: how often the daemon is killed under load.</summary>
    public static int Kills { get; } = Number("AIWG_TORTURE_KILLS", 15);

    /// <summary><c>AIWG_TORTURE_MINUTES</c>: how long all faults are repeated; 0 where each is shown once by its test.</summary>
    public static double Minutes { get; } = Fraction("AIWG_TORTURE_MINUTES");

    /// <summary><c>AIWG_SOAK_MINUTES</c>: how long the everyday load goes on; 0 for not at all.</summary>
    public static double SoakMinutes { get; } = Fraction("AIWG_SOAK_MINUTES");

    private static double Fraction(string name) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
