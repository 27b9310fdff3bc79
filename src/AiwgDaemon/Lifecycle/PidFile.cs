using System.Globalization;
using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary><c>.aiwg/daemon.pid</c>: for people and scripts. The daemon itself never believes it: see <see cref="InstanceLock"/>.</summary>
internal static class PidFile
{
    public static void Write(string path, int pid) =>
        SecureFile.Replace(path, string.Create(CultureInfo.InvariantCulture, $"{pid}\n"), SecureFile.Shared);

    /// <summary>True if the file says this pid and nothing else. Anything but a regular file has the name wrongly.</summary>
    public static bool Holds(string path, int pid)
    {
        try
        {
            return Encoding.ASCII.GetString(SecureFile.ReadAll(path, maxBytes: 64))
                == string.Create(CultureInfo.InvariantCulture, $"{pid}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Absent, too long, a link, a pipe, unreadable: to be written anew.
            return false;
        }
    }

    /// <summary>Removes the file. Only while the instance lock is held, or after it was found free.</summary>
    public static void Remove(string path) => File.Delete(path);
}
