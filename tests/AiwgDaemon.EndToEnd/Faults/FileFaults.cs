using System.Text;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>What is done to our files while the daemon runs. Foreign files that a link names stay as they are.</summary>
internal static class FileFaults
{
    private const string ForeignText = "This file is somebody else's.\n";

    public static IEnumerable<Fault> All =>
    [
        new("own files removed while running", lab => EachAsync(lab, File.Delete)),
        new("own files truncated while running", lab => EachAsync(lab, path => File.WriteAllBytes(path, []))),
        new("own files replaced by links to foreign files while running", LinkedAsync),
        new("own files replaced by directories while running", DirectoriesAsync),
        new("own files replaced by pipes while running", PipesAsync),
        new("control socket removed while running", lab => OneAsync(lab, l => l.Paths.Socket)),
        new("lock file removed while running", lab => OneAsync(lab, l => l.Paths.Lock)),
        new("directory .aiwg/daemon removed while running", WithoutDirectoryAsync),
    ];

    // Those without which nobody can ask have faults of their own.
    private static bool Special(string path) =>
        path.EndsWith(".lock", StringComparison.Ordinal) || path.EndsWith(".sock", StringComparison.Ordinal);

    private static List<string> OwnFiles(Laboratory lab) =>
        [
            .. Directory
                .GetFiles(lab.Paths.Daemon, "*", SearchOption.AllDirectories)
                .Append(lab.Paths.PidFile)
                .Where(path => !Special(path))
                .OrderBy(_ => lab.Random.Next()),
        ];

    private static async Task RunningAsync(Laboratory lab)
    {
        await lab.StartAsync();
        (await lab.EmitAsync()).ShouldBeTrue();
        await lab.Project.UntilLines("runs.txt", 1);
    }

    private static async Task EachAsync(Laboratory lab, Action<string> hurt)
    {
        await RunningAsync(lab);
        OwnFiles(lab).ForEach(hurt);
        await RecoveredAsync(lab);
    }

    private static async Task OneAsync(Laboratory lab, Func<Laboratory, string> which)
    {
        await RunningAsync(lab);
        File.Delete(which(lab));
        await RecoveredAsync(lab);
    }

    private static async Task LinkedAsync(Laboratory lab)
    {
        await RunningAsync(lab);
        var files = OwnFiles(lab);
        Directory.CreateDirectory(lab.Project.Combine("foreign"));
        foreach (var path in files)
        {
            var foreign = Foreign(lab, path);
            await File.WriteAllTextAsync(foreign, ForeignText);
            File.Delete(path);
            File.CreateSymbolicLink(path, foreign);
        }
        await lab.EmitAsync();
        await Task.Delay(1500);
        await lab.EmitAsync();
        foreach (var path in files.Where(path => new FileInfo(path).LinkTarget is not null)) File.Delete(path);
        await RecoveredAsync(lab);
        foreach (var path in files)
            (await File.ReadAllTextAsync(Foreign(lab, path))).ShouldBe(ForeignText, $"{path} was written through a link");
    }

    private static string Foreign(Laboratory lab, string path) =>
        lab.Project.Combine("foreign", Convert.ToHexString(Encoding.UTF8.GetBytes(Path.GetFileName(path))));

    private static async Task DirectoriesAsync(Laboratory lab)
    {
        await RunningAsync(lab);
        var files = OwnFiles(lab);
        foreach (var path in files)
        {
            File.Delete(path);
            // Not empty, so that no rename may replace it.
            Directory.CreateDirectory(Path.Combine(path, "x"));
        }
        await Task.Delay(1500);
        await lab.EmitAsync();
        Processes.Exists(lab.Pid).ShouldBeTrue();
        foreach (var path in files.Where(Directory.Exists)) Directory.Delete(path, recursive: true);
        await RecoveredAsync(lab);
    }

    private static async Task PipesAsync(Laboratory lab)
    {
        await RunningAsync(lab);
        var files = OwnFiles(lab);
        foreach (var path in files) File.Delete(path);
        Laboratory.System("mkfifo", [.. files.Where(path => !File.Exists(path))]);
        await Task.Delay(1500);
        await lab.EmitAsync();
        Processes.Exists(lab.Pid).ShouldBeTrue();
        foreach (var path in files.Where(IsPipe)) File.Delete(path);
        await RecoveredAsync(lab);
    }

    private static bool IsPipe(string path) => Platform.FileStatus.TryGet(path, out var status) && status.Kind == Platform.FileKind.Other;

    private static async Task WithoutDirectoryAsync(Laboratory lab)
    {
        await RunningAsync(lab);
        Directory.Delete(lab.Paths.Daemon, recursive: true);
        await RecoveredAsync(lab);
    }

    private static async Task RecoveredAsync(Laboratory lab)
    {
        // Until the next beat nobody can find it where lock or socket are gone.
        await Eventually.Until(
            () => lab.Project.DaemonPid is not null && File.Exists(lab.Paths.Socket) && lab.IsHealthy(),
            "the daemon to mend its files",
            TimeSpan.FromSeconds(15),
            lab.Health
        );
        await lab.ShouldBeWellAsync();
    }
}
