using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// macOS: proc_listpids(3) of libproc, which is part of libSystem.
internal static partial class ProcessGroup
{
    private const uint OfGroup = 2;

    private static List<ProcessIdentity> OthersInGroupMacOS(int leader)
    {
        Span<int> pids = stackalloc int[64];
        var bytes = ListPids(OfGroup, (uint)leader, ref pids[0], pids.Length * sizeof(int));
        var others = new List<ProcessIdentity>();
        foreach (var pid in pids[..Math.Clamp(bytes / sizeof(int), 0, pids.Length)])
            if (pid != leader && ProcessIdentity.Of(pid) is { } identity) others.Add(identity);
        return others;
    }

    [LibraryImport("libSystem", EntryPoint = "proc_listpids")]
    private static partial int ListPids(uint kind, uint id, ref int pids, int size);
}
