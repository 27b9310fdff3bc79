using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// UUIDv7 (RFC 9562): milliseconds since 1970, then random bits. On Linux those come from getrandom(2): the runtime reads
/// /dev/urandom and fails in a root directory without devices.
/// </summary>
internal static partial class TimeOrderedId
{
    public static Guid Create(DateTimeOffset now)
    {
        if (!OperatingSystem.IsLinux()) return Guid.CreateVersion7(now);
        Span<byte> id = stackalloc byte[16];
        // Up to 256 bytes come whole or not at all.
        if (GetRandom(ref id[6], 10, 0) != 10) return Guid.CreateVersion7(now);
        var milliseconds = now.ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteUInt16BigEndian(id, (ushort)(milliseconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(id[2..], (uint)milliseconds);
        id[6] = (byte)((id[6] & 0x0f) | 0x70);
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    [LibraryImport("libc", EntryPoint = "getrandom")]
    private static partial nint GetRandom(ref byte buffer, nuint length, uint flags);
}
