using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// Where the watcher's thread sleeps: until another thread signals or the inotify descriptor has events, with no timed
/// wake-ups. An eventfd and poll(2) on Linux, an event elsewhere.
/// </summary>
internal sealed partial class InotifyGate : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlock = 0x800;
    private const short Readable = 1;

    private readonly AutoResetEvent? _event;
    private readonly Lock _lock = new();
    private readonly int _descriptor = -1;
    private bool _disposed;

    public InotifyGate()
    {
        if (!OperatingSystem.IsLinux())
        {
            _event = new AutoResetEvent(false);
            return;
        }
        _descriptor = EventFd(0, CloseOnExec | NonBlock);
        if (_descriptor < 0) throw Libc.Failure(Marshal.GetLastPInvokeError(), "eventfd");
    }

    /// <summary>Wakes the sleeper, or keeps it from falling asleep the next time. Any thread.</summary>
    public void Signal()
    {
        // A signal that comes late must not go to a descriptor that is somebody else's by then.
        lock (_lock)
        {
            if (_disposed) return;
            if (_event is not null) _event.Set();
            // A full counter is as good as a signal.
            else _ = Write(_descriptor, 1, 8);
        }
    }

    /// <summary>Sleeps until there is something to do.</summary>
    public void Wait(Inotify? inotify)
    {
        if (_event is not null)
        {
            _event.WaitOne();
            return;
        }
        Span<Poll> polls = [new() { Descriptor = _descriptor, Events = Readable }, new() { Descriptor = inotify?.Descriptor ?? -1, Events = Readable }];
        // EINTR counts as a wake-up: the caller looks for work and comes back.
        _ = PollAll(ref MemoryMarshal.GetReference(polls), (nuint)polls.Length, -1);
        if (polls[0].Happened != 0) _ = Read(_descriptor, out _, 8);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            _event?.Dispose();
            if (_descriptor >= 0) _ = Close(_descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int PollAll(ref Poll polls, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, out ulong value, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, in ulong value, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
