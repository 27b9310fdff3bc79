using AiwgDaemon.Cli;
using AiwgDaemon.Platform;

namespace AiwgDaemon;

internal static class Program
{
    public static int Main(string[] args) => InitProcess.IsNeeded ? CommandLine.Guard(() => InitProcess.Run(args)) : CommandLine.Run(args);
}
