namespace AiwgDaemon.EndToEnd.Support;

/// <summary>What one run of the program left behind.</summary>
internal sealed record RunResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>Fails with everything that is known where the exit code is another one.</summary>
    public RunResult ShouldExit(int code)
    {
        ExitCode.ShouldBe(code, $"'{Command}' printed:\n{Output}\n{Error}");
        return this;
    }
}
