using System.Globalization;
using System.Text;

namespace AiwgDaemon.Platform;

// Linux: the kernel has no list of a session's members; /proc is read once through.
internal static partial class ProcessGroup
{
    private static List<ProcessIdentity> OthersInSessionLinux(int leader)
    {
        var others = new List<ProcessIdentity>();
        foreach (var pid in Pids())
            if (pid != leader && ProcessStat.Field(pid, ProcessStat.Session) == leader && ProcessIdentity.Of(pid) is { } identity)
                others.Add(identity);
        return others;
    }

    private static List<(string Value, ProcessIdentity Process)> WithVariableLinux(string name, IReadOnlySet<string> values)
    {
        var found = new List<(string, ProcessIdentity)>();
        var start = Encoding.UTF8.GetBytes(name + "=");
        foreach (var pid in Pids())
        {
            if (pid == System.Environment.ProcessId || ProcessIdentity.Of(pid) is not { } identity) continue;
            if (Variable(pid, start) is { } value && values.Contains(value)) found.Add((value, identity));
        }
        return found;
    }

    private static string? Variable(int pid, ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> block;
        try
        {
            block = File.ReadAllBytes($"/proc/{pid}/environ");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's.
            return null;
        }
        foreach (var range in block.Split((byte)0))
            if (block[range].StartsWith(start)) return Encoding.UTF8.GetString(block[range][start.Length..]);
        return null;
    }

    private static IEnumerable<int> Pids()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                yield return pid;
    }
}
