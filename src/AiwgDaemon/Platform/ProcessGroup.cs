namespace AiwgDaemon.Platform;

/// <summary>Who is in a process group, and processes found by what their environment says.</summary>
internal static partial class ProcessGroup
{
    /// <summary>True where others than the leader are alive in the group; false where the system does not tell.</summary>
    public static bool HasOtherMembers(int leader)
    {
        if (leader <= 1) return false;
        if (OperatingSystem.IsLinux()) return HasOtherMembersLinux(leader);
        return OperatingSystem.IsMacOS() && HasOtherMembersMacOS(leader);
    }

    /// <summary>
    /// This user's processes, but this one, whose environment gives the variable one of the values. Linux; empty elsewhere.
    /// </summary>
    public static List<(string Value, ProcessIdentity Process)> WithVariable(string name, IReadOnlySet<string> values) =>
        OperatingSystem.IsLinux() ? WithVariableLinux(name, values) : [];
}
