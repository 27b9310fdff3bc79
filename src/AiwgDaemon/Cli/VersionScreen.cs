using System.CommandLine;
using System.CommandLine.Invocation;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary><c>--version</c>: version and commit on one line.</summary>
internal sealed class VersionScreen : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"{CommandLine.Program} {Product.Version} ({Product.Commit})");
        return ExitCodes.Success;
    }
}
