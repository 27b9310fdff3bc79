using System.Globalization;

namespace AiwgDaemon.Platform;

// Linux: the kernel has no list of a group's members; /proc is read once through.
internal static partial class ProcessGroup
{
    private static bool HasOtherMembersLinux(int leader)
    {
        foreach (var pid in Pids())
            if (pid != leader && GroupOf(pid) == leader) return true;
        return false;
    }

    private static IEnumerable<int> Pids()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) yield return pid;
    }

    // Fields 3 and 5 of stat: state and group. Null for a zombie, and for one that has just gone.
    private static int? GroupOf(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        var fields = stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart();
        if (fields.IsEmpty || fields[0] is 'Z' or 'X') return null;
        var number = 0;
        foreach (var range in fields.Split(' '))
            if (++number == 3) return int.Parse(fields[range], CultureInfo.InvariantCulture);
        return null;
    }
}
