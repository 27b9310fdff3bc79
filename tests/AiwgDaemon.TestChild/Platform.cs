using System.IO.Pipes;
using System.Net.Sockets;

namespace AiwgDaemon.TestChild;

/// <summary>
/// Tries what the program uses on Windows, without the program: what fails here too is a lack of the system (of Wine), and no fault.
/// </summary>
internal static class Platform
{
    public static IEnumerable<(string What, string? Lacks)> Lacks()
    {
        yield return ("local sockets (AF_UNIX)", Try(OpenSocket));
        yield return ("the first instance of a pipe", Try(TakePipeTwice));
        yield return ("creation times that stay", Try(KeepCreationTime));
        yield return ("locks between two handles", Try(LockTwice));
        yield return ("files that are removed while they are open", Try(RemoveOpen));
    }

    private static string? Try(Action work)
    {
        try
        {
            work();
            return null;
        }
        catch (Exception e)
            when (e is IOException or SocketException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static NamedPipeServerStream Pipe(string name, PipeOptions more = PipeOptions.None) =>
        new(name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly | more);

    private static void OpenSocket() => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified).Dispose();

    private static void TakePipeTwice()
    {
        var name = Path.GetRandomFileName();
        using var first = Pipe(name);
        try
        {
            Pipe(name, PipeOptions.FirstPipeInstance).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
        throw new IOException("A second pipe of that name was made as the first one");
    }

    private static void KeepCreationTime()
    {
        var directory = Directory.CreateTempSubdirectory();
        var before = Directory.GetCreationTimeUtc(directory.FullName);
        File.WriteAllText(Path.Combine(directory.FullName, "a"), "");
        Thread.Sleep(20);
        File.WriteAllText(Path.Combine(directory.FullName, "b"), "");
        var after = Directory.GetCreationTimeUtc(directory.FullName);
        directory.Delete(recursive: true);
        if (before != after) throw new IOException("A directory's creation time changes with its content");
    }

    private static void LockTwice()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var one = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            using var other = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (!OperatingSystem.IsWindows()) return;
            one.Lock(100, 1);
            try
            {
                other.Lock(100, 1);
            }
            catch (IOException)
            {
                return;
            }
            throw new IOException("Two have the same lock");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void RemoveOpen()
    {
        var path = Path.GetTempFileName();
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.Delete(path);
        if (File.Exists(path)) throw new IOException("The name stays until the file is closed");
    }
}
