namespace AiwgDaemon.Platform;

/// <summary>Who is in a session, and processes found by what their environment says.</summary>
internal static partial class ProcessGroup
{
    /// <summary>
    /// Those alive in the leader's session, without the leader, in whatever group (a shell with job control makes several).
    /// The leader must not have been reaped, so that its number is still its own. Empty if the system does not tell.
    /// </summary>
    public static List<ProcessIdentity> OthersInSession(int leader)
    {
        if (leader <= 1) return [];
        if (OperatingSystem.IsLinux()) return OthersInSessionLinux(leader);
        return OperatingSystem.IsMacOS() ? OthersInGroupMacOS(leader) : [];
    }

    /// <summary>What the processes of a session that live have used of the processor together, in hundredths of a second. Linux; zero
    /// elsewhere.</summary>
    public static long ProcessorTime(int leader)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        return OthersInSession(leader).Select(static process => process.Pid).Append(leader).Sum(static pid =>
            (ProcessStat.Field(pid, ProcessStat.UserTime) ?? 0) + (ProcessStat.Field(pid, ProcessStat.SystemTime) ?? 0));
    }

    /// <summary>
    /// This user's processes, but this one, whose environment gives the variable one of the values. Linux; empty elsewhere.
    /// </summary>
    public static List<(string Value, ProcessIdentity Process)> WithVariable(string name, IReadOnlySet<string> values) =>
        OperatingSystem.IsLinux() ? WithVariableLinux(name, values) : [];
}
