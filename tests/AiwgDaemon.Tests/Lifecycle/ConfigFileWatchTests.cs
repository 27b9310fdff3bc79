using System.Diagnostics;
using System.Text;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

public sealed class ConfigFileWatchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConfigFileWatch _watch;
    private int _asked;

    public ConfigFileWatchTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the system's FileSystemWatcher tells");
        _watch = new ConfigFileWatch(TimeProvider.System, TestEvents.NoReport, () => Interlocked.Increment(ref _asked));
    }

    public void Dispose()
    {
        _watch.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Swaps_of_a_ConfigMap_are_noticed()
    {
        Write("v1/daemon.yaml", "one");
        Directory.CreateSymbolicLink(_directory.Combine("..data"), "v1");
        File.CreateSymbolicLink(_directory.Combine("daemon.yaml"), "..data/daemon.yaml");
        Apply("daemon.yaml", "one");
        for (var version = 2; version < 5; version++)
        {
            Write($"v{version}/daemon.yaml", $"version {version}");
            File.CreateSymbolicLink(_directory.Combine("..tmp"), $"v{version}");
            Run("mv", "-fT", _directory.Combine("..tmp"), _directory.Combine("..data")).ShouldBeTrue();
            Directory.Delete(_directory.Combine($"v{version - 1}"), recursive: true);
            await Asked(version - 1);
        }
    }

    [Fact]
    public async Task A_replaced_directory_is_noticed_and_what_is_written_in_it()
    {
        Write("above/conf/daemon.yaml", "one");
        Apply("above/conf/daemon.yaml", "one");
        Directory.Move(_directory.Combine("above/conf"), _directory.Combine("above/old"));
        Write("above/conf/daemon.yaml", "two");
        await Asked(1);
        Write("above/conf/daemon.yaml", "three");
        await Asked(2);
        Directory.Move(_directory.Combine("above"), _directory.Combine("away"));
        Write("above/conf/daemon.yaml", "four");
        await Asked(3);
    }

    [Fact]
    public async Task A_mounted_file_that_is_edited_in_place_is_noticed()
    {
        Write("host.yaml", "one");
        Write("daemon.yaml", "");
        Assert.SkipUnless(
            Run("mount", "--bind", _directory.Combine("host.yaml"), _directory.Combine("daemon.yaml")),
            "Only root may mount"
        );
        try
        {
            Apply("daemon.yaml", "one");
            Write("host.yaml", "two");
            await Asked(1);
        }
        finally
        {
            Run("umount", "-l", _directory.Combine("daemon.yaml"));
        }
    }

    [Fact]
    public async Task Only_another_content_asks_for_a_reload_and_only_once()
    {
        Write("daemon.yaml", "one");
        Apply("daemon.yaml", "one");
        Write("daemon.yaml", "one");
        File.SetLastWriteTimeUtc(_directory.Combine("daemon.yaml"), DateTime.UtcNow.AddDays(-1));
        Write("beside.yaml", "other");
        Write("daemon.yaml", "refused");
        await Asked(1);
        // It stays refused: nothing is in force but the content before.
        for (var beat = 0; beat < 5; beat++) _watch.Beat();
        Write("daemon.yaml", "one");
        await Asked(2);
    }

    [Fact]
    public async Task What_changed_between_the_reading_and_the_watch_is_noticed_and_nothing_after_the_end()
    {
        Write("daemon.yaml", "two");
        Apply("daemon.yaml", "one");
        await Asked(1);
        _watch.Dispose();
        Write("daemon.yaml", "three");
        _watch.Beat();
        Apply("daemon.yaml", "three");
        Write("daemon.yaml", "four");
        await Asked(2);
    }

    private void Apply(string file, string content) =>
        _watch.Apply(
            new DaemonConfiguration
            {
                Path = _directory.Combine(file),
                Hash = ConfigHash.Of(Encoding.UTF8.GetBytes(content)),
                ReloadOnChange = true,
            }
        );

    private async Task Asked(int times)
    {
        await Eventually.Until(() => Volatile.Read(ref _asked) >= times, $"{times} reloads asked for; {_asked} were");
        Volatile.Read(ref _asked).ShouldBe(times);
    }

    private void Write(string file, string content)
    {
        var path = _directory.Combine(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
        )!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
