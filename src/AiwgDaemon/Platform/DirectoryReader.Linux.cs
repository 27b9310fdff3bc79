using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// Linux: getdents64 directly, because readdir and .NET's enumeration copy or decode each name, and .NET's cannot give all of them.
internal sealed unsafe partial class DirectoryReader
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlock = 0x800;

    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private int ReadLinux(ReadOnlySpan<byte> path, bool follow)
    {
        var flags = CloseOnExec | NonBlock | (Arm ? 0x4000 : 0x10000) | (follow ? 0 : Arm ? 0x8000 : 0x20000);
        var descriptor = Open(in MemoryMarshal.GetReference(path), flags);
        if (descriptor < 0) return Marshal.GetLastPInvokeError();
        try
        {
            while (true)
            {
                if (_capacity - _length < SmallCapacity / 2) Grow(_capacity * 2);
                var read = GetEntries(descriptor, _buffer + _length, (nuint)(_capacity - _length));
                if (read == 0) return 0;
                if (read < 0) return Marshal.GetLastPInvokeError();
                _length += (int)read;
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(in byte path, int flags);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static partial nint GetEntries(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
