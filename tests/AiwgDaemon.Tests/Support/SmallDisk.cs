using System.Diagnostics;

namespace AiwgDaemon.Tests.Support;

/// <summary>A file system of a few pages that is really full when it is full. The test is skipped where mounting is not
/// permitted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryDirectory? _directory;

    /// <param name="kilobytes">Its size.</param>
    /// <param name="over">The directory to mount it over; one of its own where left out.</param>
    public SmallDisk(int kilobytes, string? over = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A small file system is mounted with the means of Linux");
        if (over is null) _directory = new();
        Path = over ?? _directory!.Path;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "none", Path) is not { } error) return;
        _directory?.Dispose();
        Assert.Skip($"No small file system can be mounted here: {error}");
    }

    public string Path { get; }

    private string Filler => Combine("filler");

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Takes all the space there is.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        foreach (var size in new[] { 4096, 1 })
        {
            try
            {
                while (true) file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full at this size.
            }
        }
    }

    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "-l", Path).ShouldBeNull();
        _directory?.Dispose();
    }

    /// <summary>Null where it went well, else what it said.</summary>
    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
            )!;
            var error = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
