using System.Runtime.InteropServices;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Support;

/// <summary>The published native binary: <c>AIWG_DAEMON_BINARY</c>, else the one below <c>artifacts/</c>.</summary>
internal static class DaemonBinary
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var named = Environment.GetEnvironmentVariable("AIWG_DAEMON_BINARY");
        var path = string.IsNullOrEmpty(named)
            ? System.IO.Path.Combine(Repository.Root, "artifacts", RuntimeInformation.RuntimeIdentifier, "aiwg-daemon")
            : System.IO.Path.GetFullPath(named);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException(
                $"The native binary is not at {path}; publish it with scripts/test.sh, or name it in AIWG_DAEMON_BINARY",
                path
            );
    }
}
