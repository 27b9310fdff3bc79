using System.Diagnostics;

namespace AiwgDaemon.Tests.Support;

/// <summary>The git of this machine, for tests that ask it what is right.</summary>
internal static class Git
{
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, OperatingSystem.IsWindows() ? "git.exe" : "git")));

    /// <summary>What a command of git prints, as a user without a configuration of his own.</summary>
    public static async Task<string> Run(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.quotePath=false", .. arguments])
        {
            WorkingDirectory = directory, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var git = Process.Start(start)!;
        var error = git.StandardError.ReadToEndAsync();
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        // With 1 some commands say that there is nothing to tell.
        if (git.ExitCode > 1)
            throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {git.ExitCode}: {await error}");
        return output;
    }
}
