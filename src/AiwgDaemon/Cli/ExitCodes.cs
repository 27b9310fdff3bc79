namespace AiwgDaemon.Cli;

/// <summary>What the process returns; scripts build on these.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int NotRunning = 3;
    public const int AlreadyRunning = 4;
    public const int InvalidConfiguration = 5;
    public const int Interrupted = 130;
}
