using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AiwgDaemon.Platform;

/// <summary>
/// The name of the pipe that stands for a socket's path on Windows, and the way to it. The name is made of the directory's identity
/// on its volume, so that every way to the directory (drive letter, share, link, other case) leads to the same pipe, and a copy of the
/// project has a pipe of its own.
/// </summary>
internal static partial class LocalPipe
{
    private const int FileNotFound = 2;

    // A server that is between two instances has one again within an instant.
    private const int BusyLimitMs = 2000;

    /// <summary>The pipe of what would be a socket at this path; for a directory that is not there, one that nobody has.</summary>
    public static string NameOf(string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var identity = VolumeFile.Of(directory) is { } file
            ? string.Create(CultureInfo.InvariantCulture, $"{file.Volume:x}-{file.Index:x}")
            : directory.ToUpperInvariant();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(identity + "/" + Path.GetFileName(path)));
        return "aiwg-daemon-" + Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }

    public static string Shown(string name) => @"\\.\pipe\" + name;

    /// <summary>
    /// Null if nobody listens; an <see cref="IOException"/> if it is busy for two seconds, an <see cref="UnauthorizedAccessException"/>
    /// if another user has it.
    /// </summary>
    public static LocalConnection? TryConnect(string path)
    {
        var name = NameOf(path);
        // Otherwise the connect below would wait for somebody to make it.
        if (!WaitNamedPipe(Shown(name), 1) && Marshal.GetLastPInvokeError() == FileNotFound) return null;
        var pipe = new NamedPipeClientStream(
            ".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            pipe.Connect(BusyLimitMs);
            return new(pipe);
        }
        catch (Exception e) when (e is TimeoutException or IOException or UnauthorizedAccessException)
        {
            pipe.Dispose();
            if (e is UnauthorizedAccessException)
                throw new UnauthorizedAccessException(
                    $"{Shown(name)}: permission denied; only the user that runs the daemon may control it",
                    e
                );
            throw new IOException($"{Shown(name)}: the daemon does not take the connection: {e.Message}", e);
        }
    }

    [LibraryImport("kernel32", EntryPoint = "WaitNamedPipeW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WaitNamedPipe(string name, uint milliseconds);
}
