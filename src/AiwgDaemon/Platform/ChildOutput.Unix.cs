using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace AiwgDaemon.Platform;

// Unix: non-blocking reads after poll(2), which both Linux and macOS have and which is quick for the few children that run
// at a time.
internal sealed partial class ChildOutput
{
    private const int ReadSize = 64 * 1024;

    [ThreadStatic]
    private static byte[]? _buffer;

    [UnsupportedOSPlatform("windows")]
    private void AttachUnix()
    {
        Libc.SetNonBlocking((int)_pipe.DangerousGetHandle());
        ChildOutputReader.Add(this);
    }

    internal int Descriptor => (int)_pipe.DangerousGetHandle();

    [UnsupportedOSPlatform("windows")]
    private void FinishUnix()
    {
        bool ended;
        lock (_lock)
        {
            // The child has ended, so this is finite: a grandchild that floods the pipe gets at most one pipe's worth taken.
            ended = _closed || ReadAvailable(limit: 1024 * 1024);
            _closed = true;
        }
        ChildOutputReader.Remove(this, stillOpenElsewhere: !ended);
        _pipe.Dispose();
    }

    /// <summary>For the reader thread: takes what is there; true if nothing will follow.</summary>
    internal bool Read()
    {
        lock (_lock) return _closed || (_closed = ReadAvailable(ReadSize));
    }

    private bool ReadAvailable(int limit)
    {
        var buffer = _buffer ??= GC.AllocateUninitializedArray<byte>(ReadSize);
        while (limit > 0)
        {
            var count = (int)ReadCall(Descriptor, ref buffer[0], (nuint)Math.Min(limit, buffer.Length));
            if (count == 0) return true;
            if (count < 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                if (errno == Libc.EINTR) continue;
                // Anything else than "nothing there now" will not get better.
                return errno != Libc.EAGAIN;
            }
            limit -= count;
            _sink(buffer.AsSpan(0, count));
        }
        return false;
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadCall(int descriptor, ref byte buffer, nuint count);
}
