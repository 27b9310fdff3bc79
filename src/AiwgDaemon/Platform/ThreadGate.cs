using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// Where a thread sleeps until another one signals, its inotify descriptor has events or a span is over. On Linux an eventfd and
/// ppoll(2), which is true to some 50 µs where <see cref="Monitor"/> counts whole milliseconds; an event elsewhere.
/// </summary>
internal sealed unsafe partial class ThreadGate : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlock = 0x800;
    private const short Readable = 1;

    private readonly AutoResetEvent? _event;
    private readonly Lock _lock = new();
    private readonly int _descriptor = -1;
    private bool _disposed;

    public ThreadGate()
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

    /// <summary>Sleeps until there is something to do; <see cref="Timeout.InfiniteTimeSpan"/> is without an end.</summary>
    public void Wait(Inotify? inotify, TimeSpan longest)
    {
        if (_event is not null)
        {
            // Rounded up: waking a fraction of a millisecond early would cost a second wake-up.
            _event.WaitOne(longest < TimeSpan.Zero ? Timeout.Infinite : (int)Math.Min(Math.Ceiling(longest.TotalMilliseconds), int.MaxValue));
            return;
        }
        Span<Poll> polls = [new() { Descriptor = _descriptor, Events = Readable }, new() { Descriptor = inotify?.Descriptor ?? -1, Events = Readable }];
        // EINTR counts as a wake-up: the caller looks for work and comes back.
        var span = new TimeSpec { Seconds = (nint)(longest.Ticks / TimeSpan.TicksPerSecond), Nanoseconds = (nint)(longest.Ticks % TimeSpan.TicksPerSecond * 100) };
        _ = PollAll(ref MemoryMarshal.GetReference(polls), (nuint)polls.Length, longest < TimeSpan.Zero ? null : &span, 0);
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

    [LibraryImport("libc", EntryPoint = "ppoll")]
    private static partial int PollAll(ref Poll polls, nuint count, TimeSpec* longest, nint signals);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, out ulong value, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, in ulong value, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
