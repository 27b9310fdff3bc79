namespace AiwgDaemon.Cli;

/// <summary>A command cannot do what it was asked; the message is the one line that the person sees.</summary>
internal sealed class CommandException(string message, int exitCode = ExitCodes.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
