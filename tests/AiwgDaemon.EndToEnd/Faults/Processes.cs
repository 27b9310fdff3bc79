using System.Globalization;
using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>Processes as the system shows them; Linux only, as the faults are.</summary>
internal static class Processes
{
    public const ProcessSignal Stop = (ProcessSignal)19, Continue = (ProcessSignal)18;

    /// <summary>Sends the signal to exactly this process; false where it is gone.</summary>
    public static bool Send(int pid, ProcessSignal signal)
    {
        if (ProcessIdentity.Of(pid) is not { } identity) return false;
        using var handle = ProcessHandle.Open(identity);
        return handle?.Send(signal) == true;
    }

    public static bool Exists(int pid) => ProcessIdentity.Of(pid) is not null;

    /// <summary>What actions of this project are alive: their environment names the project and an action.</summary>
    public static List<(int Pid, string ActionId)> ActionsOf(string project)
    {
        var found = new List<(int, string)>();
        foreach (var pid in Pids())
        {
            var environment = Read($"/proc/{pid}/environ").Split('\0');
            if (!environment.Contains("AIWG_PROJECT=" + project))
                continue;
            if (Array.Find(environment, v => v.StartsWith("AIWG_ACTION_ID=", StringComparison.Ordinal)) is { } action && Exists(pid))
                found.Add((pid, action[15..]));
        }
        return found;
    }

    /// <summary>Children of a process that ended and were not reaped.</summary>
    public static int ZombiesOf(int parent) => Pids().Count(pid =>
    {
        var stat = Read($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && fields[0] == "Z" && fields[1] == parent.ToString(CultureInfo.InvariantCulture);
    });

    /// <summary>Those alive.</summary>
    public static List<int> ChildrenOf(int parent) =>
        [
            .. Pids()
                .Where(pid =>
                    Read($"/proc/{pid}/status")
                        .Contains($"\nPPid:\t{parent.ToString(CultureInfo.InvariantCulture)}\n", StringComparison.Ordinal) && Exists(pid)
                ),
        ];

    /// <summary>Those of a user, by its number.</summary>
    public static List<int> Of(string uid) =>
        [.. Pids().Where(pid => Read($"/proc/{pid}/status").Contains($"\nUid:\t{uid}\t", StringComparison.Ordinal))];

    /// <summary>Those alive whose root directory this is.</summary>
    public static List<int> RootedIn(string directory) =>
        [.. Pids().Where(pid => RootOf(pid) == directory && Exists(pid))];

    public static int Descriptors(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;

    private static IEnumerable<int> Pids()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) yield return pid;
    }

    private static string? RootOf(int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/root", returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's.
            return null;
        }
    }

    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile.
            return "";
        }
    }
}
