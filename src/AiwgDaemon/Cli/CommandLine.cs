using System.CommandLine.Invocation;
using System.CommandLine;
using System.Text;
using AiwgDaemon.Api;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary>
/// One run of the program: arguments in, exit code out. Every failure becomes one line on standard error; a reader that
/// went away (<c>| head</c>) is no failure. Ctrl-C keeps its system default, which a shell shows as 130.
/// </summary>
internal static class CommandLine
{
    public const string Program = "aiwg-daemon";

    // Standard error is colourless and unbuffered: one line, at most.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static int Run(string[] arguments)
    {
        TerminalStream.FillClosedDescriptors();
        var output = new StreamWriter(TerminalStream.Output(), Utf8, 4096);
        var error = new StreamWriter(TerminalStream.Error(), Utf8, 256) { AutoFlush = true };
        return Run(arguments, output, error);
    }

    /// <summary>As <see cref="Run(string[])"/>, with the streams that tests look at.</summary>
    public static int Run(string[] arguments, TextWriter output, TextWriter error) =>
        Guard(() => Invoke(arguments, output, error), output, error);

    /// <summary>Runs what is no command with the same care for its failures.</summary>
    public static int Guard(Func<int> work)
    {
        TerminalStream.FillClosedDescriptors();
        return Guard(work, TextWriter.Null, new StreamWriter(TerminalStream.Error(), Utf8, 256) { AutoFlush = true });
    }

    private static int Guard(Func<int> work, TextWriter output, TextWriter error)
    {
        try
        {
            var code = work();
            output.Flush();
            return code;
        }
        catch (OutputClosedException)
        {
            return ExitCodes.Success;
        }
        catch (Exception e)
        {
            return Report(e, output, error);
        }
    }

    private static int Invoke(string[] arguments, TextWriter output, TextWriter error)
    {
        // A payload may begin with '@': no response files.
        var parsing = new ParserConfiguration { ResponseFileTokenReplacer = null };
        var parsed = CommandTree.Create(arguments).Parse(arguments, parsing);
        if (parsed.Action is ParseErrorAction || UsageError.DirectiveOf(parsed) is not null) return UsageError.Write(parsed, error);
        return parsed.Invoke(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static int Report(Exception failure, TextWriter output, TextWriter error)
    {
        // What failed first says more than the type that could not be set up for it.
        while (failure is TypeInitializationException { InnerException: { } inner }) failure = inner;
        var (message, code) = failure switch
        {
            CommandException e => (e.Message, e.ExitCode),
            StartException e => (e.Message, CodeOf(e.Failure)),
            IOException or UnauthorizedAccessException or TimeoutException or ApiException => (failure.Message, ExitCodes.Failure),
            OperationCanceledException => ("Interrupted", ExitCodes.Interrupted),
            OutOfMemoryException => (
                "There is not enough memory, or a limit on it is too low (ulimit -v, at least 1 GiB)",
                ExitCodes.Failure
            ),
            _ => ($"Internal error: {failure.GetType().Name}: {failure.Message}", ExitCodes.Failure),
        };
        try
        {
            output.Flush();
            // The lines about a configuration begin with FILE:LINE:COLUMN, which editors understand: nothing may stand before.
            var prefix = code == ExitCodes.InvalidConfiguration ? "" : $"{Program}: ";
            // Paths and names in it are anybody's; only its own line ends are taken for such.
            var lines = message.ReplaceLineEndings("\n").TrimEnd('.', '\n').Split('\n').Select(ConsoleText.Printable);
            error.WriteLine(prefix + string.Join('\n', lines));
        }
        catch (IOException)
        {
            // Nobody is left to be told: the exit code has to do.
        }
        return code;
    }

    private static int CodeOf(StartFailure failure) => failure switch
    {
        StartFailure.AlreadyRunning => ExitCodes.AlreadyRunning,
        StartFailure.InvalidConfiguration => ExitCodes.InvalidConfiguration,
        _ => ExitCodes.Failure,
    };
}
