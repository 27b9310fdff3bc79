using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>Who is at the other end of a local socket, as the kernel says it.</summary>
internal static partial class PeerCredentials
{
    // SO_PEERCRED gives struct ucred { pid, uid, gid }; LOCAL_PEERCRED (what getpeereid(3) reads) struct xucred { version, uid, ... }.
    private const int LinuxSocketLevel = 1, LinuxPeerCredentials = 17, MacLocalLevel = 0, MacPeerCredentials = 1;

    /// <summary>True if the peer runs as our user or as root. On Windows the directory's access list has decided already.</summary>
    public static bool IsOwnUser(Socket socket, out uint uid)
    {
        uid = 0;
        if (OperatingSystem.IsWindows()) return true;
        Span<byte> credentials = stackalloc byte[128];
        var length = OperatingSystem.IsMacOS()
            ? socket.GetRawSocketOption(MacLocalLevel, MacPeerCredentials, credentials)
            : socket.GetRawSocketOption(LinuxSocketLevel, LinuxPeerCredentials, credentials);
        if (length < 8) return false;
        uid = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(credentials[4..]);
        return uid == 0 || uid == EffectiveUser();
    }

    /// <summary>The process that listens at the other end, if it is known and visible from here; 0 otherwise. Linux only.</summary>
    public static int PeerProcess(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        Span<byte> credentials = stackalloc byte[12];
        if (socket.GetRawSocketOption(LinuxSocketLevel, LinuxPeerCredentials, credentials) < 4)
            return 0;
        return BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadInt32LittleEndian(credentials)
            : BinaryPrimitives.ReadInt32BigEndian(credentials);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();
}
