using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>Flags of open(2), translated per system.</summary>
[Flags]
internal enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    Create = 1 << 8,
    Exclusive = 1 << 9,
    Truncate = 1 << 10,
    Append = 1 << 11,
    NoFollow = 1 << 12,
    CloseOnExec = 1 << 13,
    NonBlock = 1 << 14,
    Directory = 1 << 15,

    /// <summary>Only to know it by, which asks for no right to read. Linux.</summary>
    Path = 1 << 16,
}

/// <summary>What poll(2) is asked and answers about one descriptor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Returned;
}

/// <summary>What getrlimit(2) answers: the limit that holds, and how far this process may raise it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimit
{
    public nuint Current;
    public nuint Most;
}

/// <summary>The C library's calls that .NET has no equivalent for, and errno made readable. Unix only.</summary>
internal static partial class Libc
{
    // errno values that are the same on Linux and macOS.
    public const int EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, E2BIG = 7, ENOEXEC = 8, EBADF = 9, ECHILD = 10, ENOMEM = 12,
        EACCES = 13, EEXIST = 17, ENOTDIR = 20, EISDIR = 21, EINVAL = 22, ENFILE = 23, EMFILE = 24, ENOSPC = 28, EROFS = 30, EPIPE = 32;

    /// <summary>POLLIN: there is something to read.</summary>
    public const short PollIn = 1;

    /// <summary>EAGAIN, ENAMETOOLONG and ELOOP differ.</summary>
    public static int EAGAIN => OperatingSystem.IsMacOS() ? 35 : 11;

    public static int ENAMETOOLONG => OperatingSystem.IsMacOS() ? 63 : 36;

    public static int ELOOP => OperatingSystem.IsMacOS() ? 62 : 40;

    /// <summary>open(2); -1 with the error in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    public static int Open(string path, OpenFlags flags, uint mode)
    {
        int descriptor;
        do
        {
            descriptor = OperatingSystem.IsMacOS()
                ? OpenMacOS(path, Native(flags), 0, 0, 0, 0, 0, 0, mode)
                : OpenLinux(path, Native(flags), mode);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == EINTR);
        return descriptor;
    }

    /// <summary>A copy of the descriptor, closed on exec, with the lowest free number that is not below the given one; -1 with the error
    /// set.</summary>
    public static int DuplicateCloseOnExec(int descriptor, int lowest) => OperatingSystem.IsMacOS()
        ? ControlMacOS(descriptor, 67, 0, 0, 0, 0, 0, 0, lowest)
        : ControlLinux(descriptor, 1030, lowest);

    /// <summary>Reads and writes return at once from now on, with EAGAIN if they would wait.</summary>
    public static void SetNonBlocking(int descriptor)
    {
        var flags = Native(OpenFlags.NonBlock);
        var result = OperatingSystem.IsMacOS()
            ? ControlMacOS(descriptor, 4, 0, 0, 0, 0, 0, 0, flags)
            : ControlLinux(descriptor, 4, flags);
        if (result < 0) throw Failure(Marshal.GetLastPInvokeError(), $"Descriptor {descriptor}");
    }

    /// <summary>poll(2): how many descriptors have something; -1 with the error set, EINTR too.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMilliseconds);

    /// <summary>Waits until the descriptor has something to read, or its end; false if the time is over before.</summary>
    public static bool WaitReadable(int descriptor, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var remaining = limit - watch.Elapsed;
            var poll = new PollDescriptor { Descriptor = descriptor, Events = PollIn };
            var ready = Poll(ref poll, 1, (int)Math.Clamp(Math.Ceiling(remaining.TotalMilliseconds), 0, int.MaxValue));
            if (ready > 0) return true;
            if (watch.Elapsed >= limit) return false;
        }
    }

    /// <summary>How many files this process may have open at a time.</summary>
    public static long OpenFileLimit()
    {
        if (GetLimit(OperatingSystem.IsMacOS() ? 8 : 7, out var limit) < 0)
            throw Failure(Marshal.GetLastPInvokeError(), "The limit of open files");
        return (long)Math.Min(limit.Current, (ulong)long.MaxValue);
    }

    /// <summary>The exception for an errno, with a sentence that names the path and the cause.</summary>
    public static Exception Failure(int errno, string path)
    {
        var cause = errno == ELOOP ? "is a symbolic link, which is not followed" : Marshal.GetPInvokeErrorMessage(errno);
        var message = errno == ELOOP ? $"{path} {cause}" : $"{path}: {cause}";
        return errno switch
        {
            ENOENT => new FileNotFoundException(message, path),
            ENOTDIR => new DirectoryNotFoundException(message),
            EACCES or EPERM or EROFS => new UnauthorizedAccessException(message),
            _ => new IOException(message, errno),
        };
    }

    /// <summary>The number that open(2) and pipe2(2) take here.</summary>
    public static int Native(OpenFlags flags)
    {
        var mac = OperatingSystem.IsMacOS();
        var native = (int)flags & 3;
        if (flags.HasFlag(OpenFlags.Create)) native |= mac ? 0x200 : 0x40;
        if (flags.HasFlag(OpenFlags.Exclusive)) native |= mac ? 0x800 : 0x80;
        if (flags.HasFlag(OpenFlags.Truncate)) native |= mac ? 0x400 : 0x200;
        if (flags.HasFlag(OpenFlags.Append)) native |= mac ? 0x8 : 0x400;
        if (flags.HasFlag(OpenFlags.NonBlock)) native |= mac ? 0x4 : 0x800;
        if (flags.HasFlag(OpenFlags.CloseOnExec)) native |= mac ? 0x1000000 : 0x80000;
        // Linux gives O_NOFOLLOW and O_DIRECTORY other values on Arm.
        var arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        if (flags.HasFlag(OpenFlags.NoFollow)) native |= mac ? 0x100 : arm ? 0x8000 : 0x20000;
        if (flags.HasFlag(OpenFlags.Directory)) native |= mac ? 0x100000 : arm ? 0x4000 : 0x10000;
        if (flags.HasFlag(OpenFlags.Path) && !mac) native |= 0x200000;
        return native;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenLinux(string path, int flags, uint mode);

    // The mode is a variadic argument, which Apple's arm64 convention passes on the stack: six fillers use up the registers.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenMacOS(string path, int flags, nint r2, nint r3, nint r4, nint r5, nint r6, nint r7, uint mode);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlLinux(int descriptor, int command, nint argument);

    // Variadic too.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlMacOS(
        int descriptor,
        int command,
        nint r2,
        nint r3,
        nint r4,
        nint r5,
        nint r6,
        nint r7,
        nint argument
    );
}
