using System.Diagnostics;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>A disk that is full, or becomes read-only; a process that may open few files.</summary>
internal static class DiskFaults
{
    public static IEnumerable<Fault> All =>
    [
        new("full disk, then space again", FullAsync, NeedsRoot),
        new("read-only remount, then writable again", ReadOnlyAsync, NeedsRoot),
        new("few descriptors (ulimit -n), all taken by clients", FewDescriptorsAsync),
    ];

    private static string? NeedsRoot() => Environment.IsPrivilegedProcess ? null : "only root may mount a filesystem";

    private static async Task FullAsync(Laboratory lab)
    {
        Directory.CreateDirectory(lab.Paths.Aiwg);
        Laboratory.System("mount", "-t", "tmpfs", "-o", "size=2m", "none", lab.Paths.Aiwg).ShouldBeNull();
        try
        {
            await lab.StartAsync();
            (await lab.EmitAsync()).ShouldBeTrue();
            var filler = Path.Combine(lab.Paths.Aiwg, "filler");
            Fill(filler);
            await UntilToldAsync(lab);
            // A manual event is promised to be on disk: none is acknowledged that is not; what is, must run.
            for (var i = 0; i < 5; i++) await lab.EmitAsync();
            Fill(filler);
            Processes.Exists(lab.Pid).ShouldBeTrue();
            File.Delete(filler);
            // One heartbeat of a second, and what a busy machine adds.
            var space = Stopwatch.StartNew();
            await Eventually.Until(lab.IsHealthy, "health to recover", TimeSpan.FromSeconds(15), lab.Health);
            space.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2.5), "from the return of space to good health");
            await lab.ShouldBeWellAsync();
        }
        finally
        {
            await UnmountAsync(lab);
        }
    }

    // state.json cannot say it: its age does, or the daemon itself.
    private static async Task UntilToldAsync(Laboratory lab)
    {
        var limit = Stopwatch.StartNew();
        while (await lab.Project.Run("status") is { ExitCode: 0 } status && !status.Output.Contains("degraded", StringComparison.Ordinal))
        {
            if (limit.Elapsed > TimeSpan.FromSeconds(20))
                throw new TimeoutException($"Still waiting for health to tell of the full disk:\n{status.Output}");
            await Task.Delay(100);
        }
    }

    private static void Fill(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            foreach (var size in new[] { 65536, 4096, 512, 1 })
            {
                try
                {
                    while (true) file.Write(new byte[size]);
                }
                catch (IOException)
                {
                    // Full at this size; the next is smaller.
                }
            }
        }
        catch (IOException)
        {
            // Not even room for a name.
        }
    }

    private static async Task ReadOnlyAsync(Laboratory lab)
    {
        await lab.StartAsync();
        (await lab.EmitAsync()).ShouldBeTrue();
        // Files that are open keep the filesystem writable; a read-only view over the path is what every later open meets.
        Laboratory.System("mount", "--bind", lab.Paths.Aiwg, lab.Paths.Aiwg).ShouldBeNull();
        try
        {
            // Not while the daemon has a file of it open for writing, as at the instant of a beat.
            string? busy = null;
            await Eventually.Until(
                () => (busy = Laboratory.System("mount", "-o", "remount,bind,ro", lab.Paths.Aiwg)) is null,
                "the remount",
                found: () => busy ?? ""
            );
            await Task.Delay(1500);
            for (var i = 0; i < 3; i++) await lab.EmitAsync();
            Processes.Exists(lab.Pid).ShouldBeTrue();
        }
        finally
        {
            await UnmountAsync(lab);
        }
        await lab.ShouldBeWellAsync();
    }

    private static async Task UnmountAsync(Laboratory lab)
    {
        if (
            lab.Project.DaemonPid is { } pid
            && Laboratory.System("mountpoint", "-q", lab.Paths.Aiwg) is null
            && Laboratory.System("umount", lab.Paths.Aiwg) is not null
        )
        {
            // Only a test that has failed leaves a daemon on it.
            Processes.Send(pid, ProcessSignal.Kill);
            await Eventually.Until(() => Laboratory.System("umount", lab.Paths.Aiwg) is null, "the filesystem to be let go");
            return;
        }
        if (Laboratory.System("mountpoint", "-q", lab.Paths.Aiwg) is null) Laboratory.System("umount", lab.Paths.Aiwg).ShouldBeNull();
    }

    private static async Task FewDescriptorsAsync(Laboratory lab)
    {
        await lab.StartAsync();
        await lab.ShouldEndAsync();
        (await lab.Project.Shell("ulimit -n 64; exec \"$BIN\" start")).ShouldExit(0);
        var clients = Enumerable.Range(0, 60).Select(_ => Control.ControlClient.TryConnect(lab.Paths.Socket)).ToList();
        try
        {
            await Task.Delay(2500);
            Processes.Exists(lab.Pid).ShouldBeTrue();
        }
        finally
        {
            foreach (var client in clients) client?.Dispose();
        }
        await lab.ShouldBeWellAsync();
    }
}
