using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>The one thread that waits for the output of all children. It starts with the first and ends when it has had nothing to do for
/// ten seconds.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class ChildOutputReader
{
    private const int IdleMilliseconds = 10_000;

    private static readonly Lock Gate = new();
    private static readonly List<ChildOutput> Open = [];
    private static readonly byte WakeByte = 1;
    private static (SafeFileHandle Read, SafeFileHandle Write)? _wake;

    internal static void Add(ChildOutput output)
    {
        lock (Gate)
        {
            Open.Add(output);
            if (_wake is not null)
            {
                Wake();
                return;
            }
            var wake = ChildProcess.CreatePipe();
            Libc.SetNonBlocking((int)wake.Read.DangerousGetHandle());
            Libc.SetNonBlocking((int)wake.Write.DangerousGetHandle());
            _wake = wake;
            new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "action output" }.Start();
        }
    }

    internal static void Remove(ChildOutput output, bool stillOpenElsewhere)
    {
        lock (Gate)
        {
            // A pipe lives on while poll(2) waits for it: only waking lets its writers know that nobody reads.
            if (Open.Remove(output) && stillOpenElsewhere) Wake();
        }
    }

    private static void Run()
    {
        var outputs = new List<ChildOutput>();
        var descriptors = new PollDescriptor[8];
        while (true)
        {
            var count = Collect(outputs, ref descriptors);
            var ready = Libc.Poll(ref descriptors[0], (nuint)count, count == 1 ? IdleMilliseconds : -1);
            if (ready == 0 && TryEnd()) return;
            if (ready <= 0) continue;
            if (descriptors[0].Returned != 0) DrainWake(descriptors[0].Descriptor);
            for (var i = 1; i < count; i++)
                if (descriptors[i].Returned != 0 && outputs[i - 1].Read()) Forget(outputs[i - 1]);
        }
    }

    // A descriptor that is closed before poll(2) sees it makes it return at once, and is gone from the next collection.
    private static int Collect(List<ChildOutput> outputs, ref PollDescriptor[] descriptors)
    {
        lock (Gate)
        {
            outputs.Clear();
            outputs.AddRange(Open);
            if (descriptors.Length <= outputs.Count) descriptors = new PollDescriptor[2 * outputs.Count];
            descriptors[0] = new PollDescriptor { Descriptor = (int)_wake!.Value.Read.DangerousGetHandle(), Events = Libc.PollIn };
            for (var i = 0; i < outputs.Count; i++)
                descriptors[i + 1] = new PollDescriptor { Descriptor = outputs[i].Descriptor, Events = Libc.PollIn };
            return outputs.Count + 1;
        }
    }

    private static void Forget(ChildOutput output)
    {
        lock (Gate) Open.Remove(output);
    }

    private static bool TryEnd()
    {
        lock (Gate)
        {
            if (Open.Count > 0) return false;
            _wake!.Value.Read.Dispose();
            _wake.Value.Write.Dispose();
            _wake = null;
            return true;
        }
    }

    // A full pipe wakes as well.
    private static void Wake() => _ = WriteCall((int)_wake!.Value.Write.DangerousGetHandle(), in WakeByte, 1);

    private static void DrainWake(int descriptor)
    {
        Span<byte> buffer = stackalloc byte[64];
        while (ReadCall(descriptor, ref buffer[0], 64) > 0)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadCall(int descriptor, ref byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteCall(int descriptor, in byte buffer, nuint count);
}
