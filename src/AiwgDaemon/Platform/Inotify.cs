using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>The bits of inotify(7) that the watcher asks for or is told.</summary>
[Flags]
internal enum InotifyMask : uint
{
    None = 0,
    Modify = 0x2,
    Attributes = 0x4,
    CloseWrite = 0x8,
    MovedFrom = 0x40,
    MovedTo = 0x80,
    Create = 0x100,
    Delete = 0x200,
    DeleteSelf = 0x400,
    MoveSelf = 0x800,
    Unmount = 0x2000,
    QueueOverflow = 0x4000,
    Ignored = 0x8000,
    OnlyDirectory = 0x0100_0000,
    DontFollow = 0x0200_0000,
    ExcludeUnlinked = 0x0400_0000,
    MaskAdd = 0x2000_0000,
    IsDirectory = 0x4000_0000,
}

/// <summary>One inotify descriptor, not blocking, not inherited. Linux only; failures are errno values.</summary>
internal sealed partial class Inotify : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlock = 0x800;

    private Inotify(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; private set; }

    /// <summary>Null with the errno if the user's or the process's limit is reached.</summary>
    public static Inotify? Open(out int errno)
    {
        var descriptor = Init(NonBlock | CloseOnExec);
        errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new Inotify(descriptor);
    }

    /// <summary>The watch of a NUL-terminated path, or the negated errno. The same directory gives the same watch.</summary>
    public int Add(ReadOnlySpan<byte> path, InotifyMask mask)
    {
        var watch = AddWatch(Descriptor, in MemoryMarshal.GetReference(path), (uint)mask);
        return watch < 0 ? -Marshal.GetLastPInvokeError() : watch;
    }

    /// <summary>Drops a watch; one that the kernel has dropped already is no error.</summary>
    public void Remove(int watch) => _ = RemoveWatch(Descriptor, watch);

    /// <summary>Takes events off the queue; 0 if it is empty.</summary>
    public int Read(Span<byte> buffer)
    {
        while (true)
        {
            var read = ReadBytes(Descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (read >= 0) return (int)read;
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.EAGAIN) return 0;
            if (errno != Libc.EINTR) throw Libc.Failure(errno, "inotify");
        }
    }

    /// <summary>Does not wait: the kernel takes some 10 ms to take the watches down, and nobody needs that to be over.</summary>
    public void Dispose()
    {
        if (Descriptor < 0) return;
        ThreadPool.UnsafeQueueUserWorkItem(static descriptor => _ = Close(descriptor), Descriptor, preferLocal: false);
        Descriptor = -1;
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Init(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true)]
    private static partial int AddWatch(int descriptor, in byte path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch")]
    private static partial int RemoveWatch(int descriptor, int watch);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadBytes(int descriptor, ref byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
