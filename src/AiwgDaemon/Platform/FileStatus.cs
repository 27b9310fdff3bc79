using System.Runtime.InteropServices;
using System.Text;

namespace AiwgDaemon.Platform;

internal enum FileKind
{
    Other,
    Regular,
    Directory,
    Link,
}

/// <summary>
/// What statx(2) says of a file, by raw name or descriptor: names on Linux are bytes, which the .NET file API cannot all
/// express. Linux only; a failed call is false with the error in <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal partial struct FileStatus
{
    public const int CurrentDirectory = -100;

    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;

    [FieldOffset(20)] public uint Uid;
    [FieldOffset(24)] public uint Gid;
    [FieldOffset(28)] private ushort _mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public ulong Size;
    [FieldOffset(96)] public long ChangedSeconds;
    [FieldOffset(104)] public uint ChangedNanoseconds;
    [FieldOffset(112)] public long ModifiedSeconds;
    [FieldOffset(120)] public uint ModifiedNanoseconds;
    [FieldOffset(136)] public uint DeviceMajor;
    [FieldOffset(140)] public uint DeviceMinor;

    public readonly FileKind Kind => (_mode & 0xf000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Directory,
        0xa000 => FileKind.Link,
        _ => FileKind.Other,
    };

    public readonly bool IsSocket => (_mode & 0xf000) == 0xc000;

    /// <summary>Who may read, write and execute it.</summary>
    public readonly UnixFileMode Permissions => (UnixFileMode)(_mode & 0xfff);

    /// <summary>Status of an open descriptor.</summary>
    public static bool TryGet(int descriptor, out FileStatus status)
    {
        ReadOnlySpan<byte> empty = [0];
        return Statx(descriptor, in MemoryMarshal.GetReference(empty), EmptyPath, BasicStats, out status) == 0;
    }

    /// <summary>Status of a path; a link is not followed unless asked for.</summary>
    public static bool TryGet(string path, out FileStatus status, bool follow = false) =>
        TryGet(CurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), follow, out status);

    /// <summary>True if both are the same file on the same device.</summary>
    public readonly bool IsSameFile(in FileStatus other) =>
        Inode == other.Inode && DeviceMajor == other.DeviceMajor && DeviceMinor == other.DeviceMinor;

    /// <summary>Status of a NUL-terminated name below a directory descriptor; a link is not followed unless asked for.</summary>
    public static bool TryGet(int directory, ReadOnlySpan<byte> nulTerminatedName, bool follow, out FileStatus status) =>
        Statx(directory, in MemoryMarshal.GetReference(nulTerminatedName), follow ? 0 : NoFollow, BasicStats, out status) == 0;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(int directory, in byte path, int flags, uint mask, out FileStatus status);
}
