using System.Diagnostics;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.EndToEnd;

/// <summary>Somebody else holds the lock and names a third process in it: that process is none of ours.</summary>
public sealed class ForgedLockTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("stop")]
    [InlineData("stop", "--force")]
    [InlineData("restart")]
    public async Task A_process_that_only_the_lock_file_names_is_not_signalled(params string[] command)
    {
        using var third = Process.Start("/bin/sleep", "300");
        try
        {
            SecureFile.CreateDirectory(_project.Paths.Daemon);
            using SafeFileHandle forged = SecureFile.Open(_project.Paths.Lock, SecureOpen.ReadWrite);
            FileLock.TryTake(forged, _project.Paths.Lock).ShouldBeTrue();
            var (pid, start, boot) = ProcessIdentity.Of(third.Id)!;
            new LockContent(pid, start, boot, (int)forged.DangerousGetHandle()).Write(forged);

            var result = (await _project.Run(command)).ShouldExit(1);

            result.Error.ShouldContain($"names process {third.Id}, which does not hold its lock");
            result.Output.ShouldBeEmpty();
            third.HasExited.ShouldBeFalse("a process that only the lock file names was signalled");
        }
        finally
        {
            third.Kill();
        }
    }
}
