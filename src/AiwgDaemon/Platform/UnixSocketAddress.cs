using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>
/// The address of a local socket whose path may be longer than an address can hold (107 bytes on Linux, 103 on macOS). On
/// Linux a long path is reached through a descriptor of its directory, <c>/proc/self/fd/N/name</c>. Elsewhere the socket is
/// bound in the temporary directory, and the path holds a small file that says where. Keep it as long as the socket.
/// </summary>
internal sealed class UnixSocketAddress : IDisposable
{
    private const int Longest = 103;

    private readonly SafeFileHandle? _directory;
    private readonly string _path;

    private UnixSocketAddress(string path, string reachable, SafeFileHandle? directory)
    {
        (_path, _directory) = (path, directory);
        EndPoint = new UnixDomainSocketEndPoint(reachable);
    }

    public UnixDomainSocketEndPoint EndPoint { get; }

    /// <summary>For binding: what has the name is removed, so the caller must be the only one who may bind there.</summary>
    public static UnixSocketAddress ToBind(string path)
    {
        SecureFile.MustBeOurs(path);
        if (Directory.Exists(path)) throw new IOException($"{path} is a directory; remove it, the daemon's socket belongs there");
        File.Delete(path);
        if (Fits(path)) return new(path, path, null);
        if (OperatingSystem.IsLinux()) return ThroughDirectory(path);
        var reachable = Path.Combine(Path.GetTempPath(), $"aiwg-{Guid.NewGuid():N}"[..21] + ".sock");
        SecureFile.Replace(path, reachable, SecureFile.Private);
        return new(path, reachable, null);
    }

    /// <summary>For connecting; a <see cref="FileNotFoundException"/> if there is nothing.</summary>
    public static UnixSocketAddress ToConnect(string path)
    {
        if (Fits(path))
            return new(path, path, null);
        return OperatingSystem.IsLinux()
            ? ThroughDirectory(path)
            : new(path, Encoding.UTF8.GetString(SecureFile.ReadAll(path, 1024)), null);
    }

    /// <summary>After the bind: only the owner may connect (the directory says so too).</summary>
    public void Restrict()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(EndPoint.ToString(), SecureFile.Private);
    }

    /// <summary>Removes the name.</summary>
    public void Unlink()
    {
        // A long path is reached through the directory it was bound in, whatever has the name now.
        if (_directory is not null || SecureFile.IsOurs(_path)) File.Delete(EndPoint.ToString());
        if (SecureFile.IsOurs(_path)) File.Delete(_path);
    }

    public void Dispose() => _directory?.Dispose();

    private static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) <= Longest;

    private static UnixSocketAddress ThroughDirectory(string path)
    {
        var parent = Path.GetDirectoryName(path)!;
        var descriptor = Libc.Open(parent, OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (descriptor < 0) throw Libc.Failure(System.Runtime.InteropServices.Marshal.GetLastPInvokeError(), parent);
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return new(path, $"/proc/self/fd/{descriptor}/{Path.GetFileName(path)}", handle);
    }
}
