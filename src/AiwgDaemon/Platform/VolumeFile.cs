using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>
/// Which file or directory of which volume a path leads to, over links; every path to it gives the same. Windows only. Creation times do
/// not tell that: a copy may keep them, and some filesystems make them up.
/// </summary>
/// <param name="Volume">Serial number of the volume.</param>
/// <param name="Index">The file's number on it; NTFS does not give it to another file later.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct VolumeFile(uint Volume, ulong Index)
{
    private const uint OpenExisting = 3, ShareAll = 7, BackupSemantics = 0x02000000;

    /// <summary>Null if the path leads nowhere, or it cannot be asked.</summary>
    public static VolumeFile? Of(string path)
    {
        using var handle = CreateFile(path, 0, ShareAll, 0, OpenExisting, BackupSemantics, 0);
        return !handle.IsInvalid && GetInformation(handle, out var file)
            ? new(file.Volume, ((ulong)file.IndexHigh << 32) | file.IndexLow)
            : null;
    }

    // BY_HANDLE_FILE_INFORMATION
    [StructLayout(LayoutKind.Explicit, Size = 52)]
    private struct Information
    {
        [FieldOffset(28)] public uint Volume;
        [FieldOffset(44)] public uint IndexHigh;
        [FieldOffset(48)] public uint IndexLow;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    private static partial SafeFileHandle CreateFile(
        string path,
        uint access,
        uint share,
        nint security,
        uint disposition,
        uint flags,
        nint template
    );

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetInformation(SafeFileHandle file, out Information information);
}
