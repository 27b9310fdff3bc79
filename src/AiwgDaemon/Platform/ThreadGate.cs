using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// Where a thread sleeps until another one signals, its inotify descriptor has events, something is mounted or a span is over. On Linux an
/// eventfd, a timerfd and poll(2), true to some 10 µs: the kernel lets poll's own limit be late by a thousandth of it, and
/// <see cref="Monitor"/> counts whole milliseconds. An event elsewhere.
/// </summary>
internal sealed partial class ThreadGate : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlock = 0x800;
    private const int Monotonic = 1;
    private const short Urgent = 2;

    private readonly AutoResetEvent? _event;
    private readonly Lock _lock = new();
    private readonly int _descriptor = -1;
    private readonly int _timer = -1;
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
        _timer = TimerFd(Monotonic, CloseOnExec | NonBlock);
        if (_timer < 0) throw Libc.Failure(Marshal.GetLastPInvokeError(), "timerfd");
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
    public void Wait(Inotify? inotify, MountTable? mounts, TimeSpan longest)
    {
        if (_event is not null)
        {
            // Rounded up: waking a fraction of a millisecond early would cost a second wake-up.
            _event.WaitOne(
                longest < TimeSpan.Zero ? Timeout.Infinite : (int)Math.Min(Math.Ceiling(longest.TotalMilliseconds), int.MaxValue)
            );
            return;
        }
        var timed = longest > TimeSpan.Zero;
        if (timed)
        {
            // A new setting takes back what the former one has to tell; one that nobody waits for any more wakes nobody.
            var span = new TimerSpan
            {
                Seconds = (nint)(longest.Ticks / TimeSpan.TicksPerSecond),
                Nanoseconds = (nint)(longest.Ticks % TimeSpan.TicksPerSecond * 100),
            };
            _ = SetTimer(_timer, 0, in span, 0);
        }
        Span<PollDescriptor> polls =
        [
            new() { Descriptor = _descriptor, Events = Libc.PollIn },
            new() { Descriptor = inotify?.Descriptor ?? -1, Events = Libc.PollIn },
            new() { Descriptor = timed ? _timer : -1, Events = Libc.PollIn },
            new() { Descriptor = mounts?.Descriptor ?? -1, Events = Urgent },
        ];
        // EINTR counts as a wake-up: the caller looks for work and comes back.
        _ = Libc.Poll(ref MemoryMarshal.GetReference(polls), (nuint)polls.Length, longest == TimeSpan.Zero ? 0 : -1);
        if (polls[0].Returned != 0) _ = Read(_descriptor, out _, 8);
        if (polls[3].Returned != 0) mounts?.HasChanged();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            _event?.Dispose();
            if (_descriptor >= 0) _ = Close(_descriptor);
            if (_timer >= 0) _ = Close(_timer);
        }
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    private static partial int TimerFd(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime")]
    private static partial int SetTimer(int descriptor, int flags, in TimerSpan span, nint former);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, out ulong value, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, in ulong value, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimerSpan
    {
        // Between the second tick and those that follow: there are none.
        private readonly nint _intervalSeconds;
        private readonly nint _intervalNanoseconds;
        public nint Seconds;
        public nint Nanoseconds;
    }
}
