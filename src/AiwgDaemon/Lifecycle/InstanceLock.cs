using System.Net.Sockets;
using AiwgDaemon.Platform;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// <c>daemon/.lock</c>: held open and locked by the kernel for the daemon's whole life; its content says who holds it. A
/// killed daemon leaves nothing to clean up. Whether one runs is decided here and nowhere else, and who it is only with the kernel's word.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private InstanceLock(SafeFileHandle file) => _file = file;

    /// <summary>
    /// Takes the lock and writes this process's identity into it; null if another daemon holds it, or <paramref name="also"/> says no.
    /// </summary>
    public static InstanceLock? TryTake(string path, Func<bool>? also = null)
    {
        while (true)
        {
            var file = SecureFile.Open(path, SecureOpen.ReadWrite);
            if (!FileLock.TryTake(file, path) || also?.Invoke() == false)
            {
                file.Dispose();
                return null;
            }
            // Somebody may have removed or replaced the file between open and lock: then this lock guards nothing.
            if (IsStillNamed(file, path))
            {
                LockContent.OfThisProcess(file).Write(file);
                return new InstanceLock(file);
            }
            file.Dispose();
        }
    }

    /// <summary>
    /// The daemon that holds the lock, alive and proved to hold it; null if nobody does, <see cref="Unknown"/> if it is not known who.
    /// </summary>
    public static ProcessIdentity? FindHolder(string path) => Ask(path, out _);

    /// <summary>
    /// Why the holder is not known, with the cure: for a message. To be asked after <see cref="FindHolder"/> gave <see cref="Unknown"/>.
    /// </summary>
    public static string WhyUnknown(string path)
    {
        _ = Ask(path, out var content);
        if (content is { IsElsewhere: true })
            return $"the daemon runs in another process namespace (a container) as process {content.Pid} there; "
                + "run this command in that container, or end the container";
        return content is not null && content.Identity.IsAlive()
            ? $"{path} names process {content.Pid}, which does not hold its lock, so nothing is sent to that process; "
                + $"another program holds the lock: find it with 'fuser {path}'"
            : $"{path} is locked by a process that did not write who it is; find it with 'fuser {path}'";
    }

    /// <summary>
    /// The pid that the lock's holder has in its own process namespace, as it wrote it: for a comparison, never for a signal. 0 if nobody
    /// holds the lock.
    /// </summary>
    public static int PidWritten(string path)
    {
        _ = Ask(path, out var content);
        return content?.Pid ?? 0;
    }

    /// <summary>
    /// The file names a living process that does not hold the lock. True for an instant also while one daemon follows another.
    /// </summary>
    public static bool IsForged(string path) =>
        Ask(path, out var content) == Unknown && content is { IsElsewhere: false } && content.Identity.IsAlive();

    /// <summary>
    /// Held, but the content does not (yet) name a living process that holds it: a daemon in its first instant, or a forged file.
    /// </summary>
    public static ProcessIdentity Unknown { get; } = new(0, 0, "");

    /// <summary>True while the locked file is the one that has the name: a removed lock file would let a second daemon start.</summary>
    public bool IsIntact(string path) => IsStillNamed(_file, path);

    /// <summary>
    /// Tells readers that state.json is not what the daemon knows, because it cannot be written: they ask over the socket. Linux only.
    /// </summary>
    public void SayStateIsStale(bool stale)
    {
        if (OperatingSystem.IsLinux()) FileLock.SetSign(_file, stale);
    }

    /// <summary>True if the daemon that holds the lock says that state.json is not what it knows.</summary>
    public static bool IsStateStale(string path)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            using var file = SecureFile.Open(path, SecureOpen.Read);
            return FileLock.HasSign(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No lock file, no daemon that could say so.
            return false;
        }
    }

    public void Dispose()
    {
        // Emptied first, so that what stays behind names no process.
        RandomAccess.SetLength(_file, 0);
        _file.Dispose();
    }

    private static ProcessIdentity? Ask(string path, out LockContent? content)
    {
        content = null;
        SafeFileHandle file;
        try
        {
            file = SecureFile.Open(path, SecureOpen.Read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        using (file)
        {
            if (!FileLock.IsHeld(file, path)) return null;
            content = LockContent.Read(file);
            if (content is null) return Unknown;
            var identity = content.IsElsewhere ? SeenFromHere(path) : content.Identity;
            if (identity is null || !(identity.IsAlive() || identity.IsUnverifiable)) return Unknown;
            return IsProved(identity, content, file, path) ? identity : Unknown;
        }
    }

    // The lock of another user's making proves nothing: root may be led to a process that it was only given a descriptor by.
    private static bool IsProved(ProcessIdentity identity, LockContent content, SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux()) return true;
        if (!FileStatus.TryGet((int)file.DangerousGetHandle(), out var status) || !IsTrusted(status.Uid, identity.Pid)) return false;
        return LockHolder.Ask(identity.Pid, content.IsElsewhere ? -1 : content.Descriptor, file) switch
        {
            LockProof.Holds => true,
            LockProof.HoldsNot => false,
            // Without /proc, or if it lists no locks: who listens at the daemon's socket is the kernel's word, too.
            _ => PeerOf(SocketBeside(path)) == identity.Pid,
        };
    }

    // Ours, root's, or for root the user's whose process it is.
    private static bool IsTrusted(uint owner, int pid)
    {
        var user = PeerCredentials.EffectiveUser();
        if (owner == user || owner == 0) return true;
        return user == 0 && (!FileStatus.TryGet($"/proc/{pid}", out var process) || process.Uid == owner || process.Uid == 0);
    }

    // The kernel translates the pid of a socket's peer into this namespace, if it can be seen from here.
    private static ProcessIdentity? SeenFromHere(string path) =>
        PeerOf(SocketBeside(path)) is > 0 and var pid ? ProcessIdentity.Of(pid) : null;

    private static string SocketBeside(string path) => Path.Combine(Path.GetDirectoryName(path)!, "daemon.sock");

    private static int PeerOf(string socketPath)
    {
        // Never over a link, which could lead to the socket of any other program.
        if (!FileStatus.TryGet(socketPath, out var status) || status.Kind != FileKind.Other) return 0;
        try
        {
            using var address = UnixSocketAddress.ToConnect(socketPath);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(address.EndPoint);
            return PeerCredentials.PeerProcess(socket);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            // Nobody listens, or not for us: no proof.
            return 0;
        }
    }

    private static bool IsStillNamed(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux()) return File.Exists(path);
        return FileStatus.TryGet((int)file.DangerousGetHandle(), out var held)
            && FileStatus.TryGet(path, out var named)
            && held.IsSameFile(named);
    }
}
