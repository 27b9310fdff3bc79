using System.Globalization;

namespace AiwgDaemon.Platform;

/// <summary>The steps at which a test may kill the daemon; those of one file are told apart by its name.</summary>
internal enum CrashStep
{
    // Start.
    LockTaken,
    ProjectClaimed,
    ConfigurationRead,
    LedgerRecovered,
    LeftoversEnded,
    BusStarted,
    WebhookListening,
    SourcesArmed,
    ControlListening,
    StatePublished,
    Ready,

    // A file that is replaced as a whole: state.json, heartbeat, pid file, ledger, dead letters.
    ReplacementCreated,
    ReplacementWritten,
    Replaced,

    // A file of lines: journal, ledger.
    LinesAppending,
    LinesAppended,

    // An event and its action.
    EventAcknowledged,
    FireAccepted,
    ActionSpawned,
    ActionNoted,
    ActionEnded,

    // Rotation of the log.
    RotationBegun,
    RotationRenamed,
    RotationDone,

    // Reload.
    ReloadRead,
    ReloadRulesSwapped,
    ReloadApplied,
    ReloadAnnounced,

    // Shutdown.
    StopBegun,
    SourcesStopped,
    BusDry,
    ActionsDrained,
    FinalStateWritten,
    PidFileRemoved,
}

/// <summary>
/// Kills this process, as kill -9 would, if the environment variable <c>AIWG_DAEMON_CRASH_AT</c> says so:
/// <c>STEP[:N[:FILE]]</c>, at the Nth time (1 if not said), for that file only. For tests of what a crash leaves behind; without
/// the variable a step costs one comparison.
/// </summary>
internal static class CrashPoint
{
    public const string Variable = "AIWG_DAEMON_CRASH_AT";

    private static readonly string[]? Wanted = Environment.GetEnvironmentVariable(Variable)?.Split(':');
    private static int _passed;

    public static void At(CrashStep step, string? path = null)
    {
        if (Wanted is not null) Consider(step, path);
    }

    /// <summary>For a path that is kept as the system wants it: UTF-8 with a zero behind it.</summary>
    public static void At(CrashStep step, byte[] path)
    {
        if (Wanted is not null) Consider(step, NativePath.FromBytes(path.AsSpan(0, path.Length - 1)));
    }

    private static void Consider(CrashStep step, string? path)
    {
        if (!Wanted![0].Equals(step.ToString(), StringComparison.OrdinalIgnoreCase)) return;
        if (Wanted.Length > 2 && Path.GetFileName(path) != Wanted[2]) return;
        if (Wanted.Length > 1 && Interlocked.Increment(ref _passed).ToString(CultureInfo.InvariantCulture) != Wanted[1]) return;
        using var self = ProcessHandle.Open(ProcessIdentity.Current);
        self?.Send(ProcessSignal.Kill);
        // Nothing of what would come next happens, whichever thread the signal reaches first.
        Thread.Sleep(Timeout.Infinite);
    }
}
