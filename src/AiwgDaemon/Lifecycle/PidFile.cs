using System.Globalization;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary><c>.aiwg/daemon.pid</c>: for people and scripts. The daemon itself never believes it: see <see cref="InstanceLock"/>.</summary>
internal static class PidFile
{
    public static void Write(string path, int pid) =>
        SecureFile.Replace(path, string.Create(CultureInfo.InvariantCulture, $"{pid}\n"), SecureFile.Shared);

    /// <summary>Removes the file. Only while the instance lock is held, or after it was found free.</summary>
    public static void Remove(string path) => File.Delete(path);
}
