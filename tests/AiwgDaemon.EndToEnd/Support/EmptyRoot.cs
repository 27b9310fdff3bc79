using System.Diagnostics;
using AiwgDaemon.EndToEnd.Faults;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Support;

/// <summary>
/// A root directory with the static program, a project, and nothing else: no devices, no /proc, no libraries, no shell.
/// Commands run in it through <c>unshare --map-root-user chroot</c>, which needs no privileges.
/// </summary>
internal sealed class EmptyRoot : IDisposable
{
    private const string Unshare = "/usr/bin/unshare";

    private readonly TestProject _root = new();

    public EmptyRoot()
    {
        Directory.CreateDirectory(_root.Combine("project", "src"));
        ProgramFile.Copy(StaticBinary!, _root.Combine("aiwg-daemon"));
    }

    /// <summary>The program of <c>scripts/publish.sh</c>: AIWG_STATIC_BINARY, else where that puts it; null where there is none.</summary>
    public static string? StaticBinary { get; } = new[]
    {
        Environment.GetEnvironmentVariable("AIWG_STATIC_BINARY"),
        Path.Combine(Repository.Root, "artifacts", "release", "linux-x64", "aiwg-daemon"),
    }.FirstOrDefault(path => !string.IsNullOrEmpty(path) && File.Exists(path));

    /// <summary>Why there can be no such root here; null where there can.</summary>
    public static async Task<string?> Obstacle()
    {
        if (StaticBinary is null)
            return "no static program; build it with scripts/publish.sh";
        if (!File.Exists(Unshare))
            return "unshare is not installed";
        using var process = Process.Start(
            new ProcessStartInfo(Unshare, ["--user", "--map-root-user", "--pid", "--fork", "true"])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            }
        )!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : "this system lets nobody make namespaces";
    }

    public string Combine(params string[] parts) => _root.Combine(["project", .. parts]);

    public void WriteFile(string path, string content) => _root.WriteFile(Path.Combine("project", path), content);

    /// <summary>Runs the program inside, to its end.</summary>
    public async Task<RunResult> Run(params string[] arguments)
    {
        using var command = new RunningCommand(StartInfo([], arguments));
        return await command.UntilEnd();
    }

    /// <summary>Starts the program inside as process 1 of its own process namespace; killed with the command.</summary>
    public RunningCommand SpawnAsProcess1(params string[] arguments) => new(StartInfo(["--pid", "--fork", "--kill-child"], arguments));

    /// <summary>Runs the program inside the namespaces of a process, as a container's health check is run.</summary>
    public async Task<RunResult> RunBeside(int pid, params string[] arguments)
    {
        var start = StartInfo([], arguments);
        start.FileName = "/usr/bin/nsenter";
        // The same but for the way in.
        start.ArgumentList.RemoveAt(0);
        start.ArgumentList.RemoveAt(0);
        foreach (
            var argument in (string[])
                ["--pid", "--preserve-credentials", "--user", "--target=" + pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        )
            start.ArgumentList.Insert(0, argument);
        using var command = new RunningCommand(start);
        return await command.UntilEnd();
    }

    /// <summary>Kills whatever has this root, in whatever state a test left it: the program's own word is not needed for that.</summary>
    public void Dispose()
    {
        Eventually.Until(
            () =>
            {
                var left = Processes.RootedIn(_root.Root);
                foreach (var pid in left) Processes.Send(pid, ProcessSignal.Kill);
                return left.Count == 0;
            },
            $"the processes in {_root.Root} to end").GetAwaiter().GetResult();
        _root.Dispose();
    }

    private ProcessStartInfo StartInfo(string[] namespaces, string[] arguments)
    {
        var start = new ProcessStartInfo(
            Unshare,
            ["--user", "--map-root-user", .. namespaces, "chroot", _root.Root, "/aiwg-daemon", .. arguments]
        )
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AIWG_PROJECT"] = "/project";
        start.Environment["AIWG_WEBHOOK_SECRET"] = Loopback.Secret;
        return start;
    }
}
