using System.Diagnostics;

namespace AiwgDaemon.Tests.Support;

/// <summary>
/// Programs that a test makes and starts. Each is written by a process of its own: a child that another test forks in that instant
/// would hold the file open for writing, and to start it would fail as busy (ETXTBSY).
/// </summary>
internal static class ProgramFile
{
    public static void Copy(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Copy(source, target, overwrite: true);
            return;
        }
        using var copy = Process.Start("/bin/cp", ["-f", source, target]);
        copy.WaitForExit();
        copy.ExitCode.ShouldBe(0, $"{source} could not be copied to {target}");
    }

    /// <summary>A script that its owner may start.</summary>
    public static void Write(string path, string script)
    {
        var text = path + ".text";
        File.WriteAllText(text, script);
        Copy(text, path);
        File.Delete(text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
