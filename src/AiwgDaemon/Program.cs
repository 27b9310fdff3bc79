using AiwgDaemon.Cli;

namespace AiwgDaemon;

internal static class Program
{
    public static int Main(string[] args) => CommandTree.Create().Parse(args).Invoke();
}
