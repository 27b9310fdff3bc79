using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>What a daemon may find at its start: files with flipped bits, cut off, or something else in their place.</summary>
internal static class DamageFaults
{
    public static IEnumerable<Fault> All =>
        [
            new("own files with flipped bits at start", lab => DamagedAsync(lab, FlipBits)),
            new("own files cut off at start", lab => DamagedAsync(lab, Cut)),
            new("own files emptied at start", lab => DamagedAsync(lab, (_, _) => [])),
            new("a page of zeros in own files at start", lab => DamagedAsync(lab, ZeroPage)),
            new("own files filled with noise at start", lab => DamagedAsync(lab, (random, content) =>
                {
                    random.NextBytes(content);
                    return content;
                })),
            new("directory, link or pipe in place of an own file at start", MisplacedAsync),
            new("pid file with a foreign pid, 0, 1, -1", PidFileAsync),
        ];

    private static byte[] FlipBits(Random random, byte[] content)
    {
        for (var i = 0; i < 8 && content.Length > 0; i++) content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
        return content;
    }

    private static byte[] ZeroPage(Random random, byte[] content)
    {
        var start = random.Next(content.Length + 1);
        content.AsSpan(start, Math.Min(4096, content.Length - start)).Clear();
        return content;
    }

    private static byte[] Cut(Random random, byte[] content) => content[..random.Next(content.Length + 1)];

    private static async Task DamagedAsync(Laboratory lab, Func<Random, byte[], byte[]> damage)
    {
        await KilledWithWorkAsync(lab);
        var files = OwnFiles(lab);
        for (var round = 0; round < 4; round++)
        {
            lab.Forgive();
            // At first one file, then all.
            foreach (var path in round < 2 ? [files[lab.Random.Next(files.Count)]] : files)
                if (File.Exists(path)) await File.WriteAllBytesAsync(path, damage(lab.Random, await File.ReadAllBytesAsync(path)));
            (await lab.Project.Run("status")).ShouldExit(3);
            (await lab.Project.Run("start")).ShouldExit(0);
            (await lab.EmitAsync()).ShouldBeTrue();
            if (round == 3) break;
            Processes.Send(lab.Pid, ProcessSignal.Kill);
            await Eventually.Until(() => lab.Project.DaemonPid is null, "the end of the daemon");
        }
        await lab.ShouldBeWellAsync();
    }

    private static async Task MisplacedAsync(Laboratory lab)
    {
        await KilledWithWorkAsync(lab);
        Directory.CreateDirectory(lab.Project.Combine("foreign"));
        var foreign = lab.Project.Combine("foreign", "file");
        await File.WriteAllTextAsync(foreign, "{}\n");
        lab.Forgive();
        foreach (var path in OwnFiles(lab).Append(lab.Paths.Socket))
        {
            File.Delete(path);
            switch (lab.Random.Next(3))
            {
                case 0: Directory.CreateDirectory(Path.Combine(path, "x")); break;
                case 1: File.CreateSymbolicLink(path, foreign); break;
                default: Laboratory.System("mkfifo", path).ShouldBeNull(); break;
            }
            await lab.Project.Run("status");
            var start = await lab.Project.Run("start");
            if (start.ExitCode != 0)
            {
                start.Error.ShouldContain(Path.GetFileName(path), Case.Sensitive, "a refusal names the file");
                start.Error.ShouldNotContain("   at ", Case.Sensitive, "a refusal is a sentence");
            }
            else if (await lab.EmitAsync())
                lab.Forgive();
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else if (
                new FileInfo(path).LinkTarget is not null
                || FileStatus.TryGet(path, out var status) && status.Kind == FileKind.Other && start.ExitCode != 0
            )
                File.Delete(path);
            (await File.ReadAllTextAsync(foreign)).ShouldBe("{}\n", $"{path} was written through a link");
            if (start.ExitCode == 0 && lab.Project.DaemonPid is { } pid)
            {
                Processes.Send(pid, ProcessSignal.Kill);
                await Eventually.Until(() => lab.Project.DaemonPid is null, "the end of the daemon");
            }
        }
        foreach (var path in OwnFiles(lab).Where(p => FileStatus.TryGet(p, out var s) && s.Kind != FileKind.Regular)) File.Delete(path);
        (await lab.Project.Run("start")).ShouldExit(0);
        await lab.ShouldBeWellAsync();
    }

    private static async Task PidFileAsync(Laboratory lab)
    {
        using var foreign = System.Diagnostics.Process.Start("/bin/sleep", "300");
        try
        {
            foreach (var content in new[] { $"{foreign.Id}", "0", "1", "-1", "99999999999999999999", "" })
            {
                lab.Project.WriteFile(".aiwg/daemon.pid", content + "\n");
                (await lab.Project.Run("stop", "--force")).ShouldExit(0);
                lab.Project.WriteFile(".aiwg/daemon.pid", content + "\n");
                (await lab.Project.Run("status")).ShouldExit(3);
                await lab.StartAsync();
                lab.Project.WriteFile(".aiwg/daemon.pid", content + "\n");
                (await lab.Project.Run("stop")).ShouldExit(0);
                foreign.HasExited.ShouldBeFalse("a foreign process was signalled");
            }
        }
        finally
        {
            foreign.Kill();
        }
        await lab.StartAsync();
        await lab.ShouldBeWellAsync();
    }

    // A daemon that had something to do, and something running, when it was killed.
    private static async Task KilledWithWorkAsync(Laboratory lab)
    {
        await lab.StartAsync();
        for (var i = 0; i < 3; i++) (await lab.EmitAsync()).ShouldBeTrue();
        await lab.Project.UntilLines("runs.txt", 3);
        await Eventually.Until(() => lab.Project.State().GetProperty("active_actions").GetArrayLength() == 0, "the actions to have ended");
        Processes.Send(lab.Pid, ProcessSignal.Kill);
        await Eventually.Until(() => lab.Project.DaemonPid is null, "the end of the daemon");
    }

    private static List<string> OwnFiles(Laboratory lab) =>
    [
        .. Directory.GetFiles(lab.Paths.Daemon, "*", SearchOption.AllDirectories).Append(lab.Paths.PidFile)
            .Where(path => !path.EndsWith(".sock", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];
}
