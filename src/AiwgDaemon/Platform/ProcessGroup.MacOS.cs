using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// macOS: proc_listpids(3) of libproc, which is part of libSystem.
internal static partial class ProcessGroup
{
    private const uint OfGroup = 2;

    private static bool HasOtherMembersMacOS(int leader)
    {
        Span<int> pids = stackalloc int[16];
        var bytes = ListPids(OfGroup, (uint)leader, ref pids[0], pids.Length * sizeof(int));
        foreach (var pid in pids[..Math.Clamp(bytes / sizeof(int), 0, pids.Length)])
            if (pid > 0 && pid != leader) return true;
        return false;
    }

    [LibraryImport("libSystem", EntryPoint = "proc_listpids")]
    private static partial int ListPids(uint kind, uint id, ref int pids, int size);
}
