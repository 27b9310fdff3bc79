using System.Runtime.InteropServices;

namespace AiwgDaemon.Tests.Support;

/// <summary>
/// Lets file modes count for root too: Linux keeps capabilities by thread, and a thread that is started inherits those of its starter.
/// </summary>
internal static partial class Capabilities
{
    private const uint Version3 = 0x20080522;

    // CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH.
    private const uint FileModes = (1 << 1) | (1 << 2);

    /// <summary>Runs the action on a thread, and with it all threads that it starts, that may read only what the modes allow.</summary>
    public static void WithoutOverridingModes(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Drop();
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException("The action has failed", failure);
    }

    private static void Drop()
    {
        var header = new Header { Version = Version3 };
        var sets = new Sets();
        if (Get(ref header, ref sets) != 0) throw new InvalidOperationException($"capget: {Marshal.GetLastPInvokeErrorMessage()}");
        sets.Effective &= ~FileModes;
        sets.Permitted &= ~FileModes;
        if (Set(ref header, ref sets) != 0) throw new InvalidOperationException($"capset: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    private static partial int Get(ref Header header, ref Sets sets);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int Set(ref Header header, ref Sets sets);

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public uint Version;
        public int Process;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Sets
    {
        public uint Effective, Permitted, Inheritable;

        // Numbers 32 and more.
        public uint HighEffective, HighPermitted, HighInheritable;
    }
}
