using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// UUIDv7 (RFC 9562): milliseconds since 1970, twelve bits of their fraction (its method 3, so that ids of one millisecond are in order
/// too), then 62 random bits. On Linux those come from getrandom(2): the runtime reads /dev/urandom and fails in a root
/// directory without devices.
/// </summary>
internal static partial class TimeOrderedId
{
    public static Guid Create(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        // Up to 256 bytes come whole or not at all.
        if (!OperatingSystem.IsLinux() || GetRandom(ref id[8], 8, 0) != 8) Guid.NewGuid().TryWriteBytes(id);
        var milliseconds = now.ToUnixTimeMilliseconds();
        var fraction = (int)(now.Ticks % TimeSpan.TicksPerMillisecond * 4096 / TimeSpan.TicksPerMillisecond);
        BinaryPrimitives.WriteUInt16BigEndian(id, (ushort)(milliseconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(id[2..], (uint)milliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(id[6..], (ushort)(0x7000 | fraction));
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    [LibraryImport("libc", EntryPoint = "getrandom")]
    private static partial nint GetRandom(ref byte buffer, nuint length, uint flags);
}
