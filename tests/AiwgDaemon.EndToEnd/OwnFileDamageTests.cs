using System.IO.Enumeration;
using AiwgDaemon.Bus;
using AiwgDaemon.EndToEnd.Faults;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>
/// Every file of ours in every state that a disk, an editor or a backup may leave it in: the next start succeeds and works, or refuses in
/// one
/// sentence that names the file; nothing is written through a link, and what promised something is named in the log.
/// </summary>
public sealed class OwnFileDamageTests : IDisposable
{
    private static readonly string[] Damages =
    [
        "missing",
        "empty",
        "cut",
        "zeros",
        "noise",
        "huge",
        "directory",
        "link",
        "dangling",
        "pipe",
        "unreadable",
    ];

    // They are gone when their action ends, or not every task has them.
    private static readonly string[] OfARun = [".paths", ".event", ".tail", "input.md", ".patch", "index.tmp"];

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    public static TheoryData<string> Files =>
        [.. OwnFiles.All.Where(file => !file.Pattern.EndsWith(".sock", StringComparison.Ordinal)).Select(file => file.Pattern)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_damaged_file_neither_stops_a_start_without_a_word_nor_leads_to_a_foreign_one(string pattern)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "made with links, pipes and modes");
        await LiveAndDieAsync();
        var files = OwnPaths().Where(path => Matches(pattern, path)).ToList();
        if (
            pattern.EndsWith("log.*", StringComparison.Ordinal)
            || Array.Exists(OfARun, end => pattern.EndsWith(end, StringComparison.Ordinal))
        )
            files =
            [
                _project.Combine(
                    ".aiwg",
                    pattern
                        .Replace("log.*", "log.1", StringComparison.Ordinal)
                        .Replace("tasks/*", "tasks/1", StringComparison.Ordinal)
                        .Replace("*", "0000000000000000", StringComparison.Ordinal)
                ),
            ];
        files.ShouldNotBeEmpty();
        var path = files.Order(StringComparer.Ordinal).First();
        var row = OwnFiles.All.Single(file => file.Pattern == pattern);
        var foreign = _project.Combine("foreign");
        foreach (var damage in Damages)
        {
            // As it was when the daemon was killed.
            var whole = File.Exists(path) ? await File.ReadAllBytesAsync(path) : "x\n"u8.ToArray();
            await File.WriteAllTextAsync(foreign, "foreign\n");
            if (!Inflict(damage, path, whole, foreign)) continue;
            var start = await _project.Run("start");
            if (start.ExitCode == 0)
            {
                await RunsOrIsRefusedAsync(row, path, damage);
                (await _project.Run("task", "list")).ShouldExit(0);
                if (row.WhenDamaged == WhenDamaged.SetAside && damage is not ("missing" or "empty"))
                    (await ToldAsync()).ShouldContain(Path.GetFileName(path), Case.Sensitive, damage);
            }
            else
            {
                row.WhenDamaged.ShouldBe(WhenDamaged.GoOnOrRefuse, $"{damage}: {start.Error}");
                start.Error.ShouldContain(Path.GetFileName(path), Case.Sensitive, damage);
                start.Error.ShouldNotContain("Internal error", Case.Sensitive, damage);
            }
            (await File.ReadAllTextAsync(foreign)).ShouldBe("foreign\n", damage);
            // A start that refused has left it, and nobody can be asked who runs while the lock is one of these.
            if (start.ExitCode != 0) Clear(path);
            await KillAsync();
            Clear(path);
        }
    }

    // What cannot be on the disk is not accepted, and whoever wanted it is told why.
    private async Task RunsOrIsRefusedAsync(OwnFile row, string path, string damage)
    {
        var before = _project.Lines("ran");
        var emit = await _project.Run("emit", "go");
        if (emit.ExitCode == 0)
        {
            await _project.UntilLines("ran", before + 1);
            return;
        }
        row.WhenDamaged.ShouldBe(WhenDamaged.GoOnOrRefuse, $"{damage}: {emit.Error}");
        emit.Error.ShouldContain(Path.GetFileName(path), Case.Sensitive, damage);
    }

    [Fact]
    public async Task Every_file_that_a_busy_daemon_makes_is_in_the_catalogue()
    {
        await LiveAndDieAsync();
        OwnPaths().Where(path => !OwnFiles.All.Any(file => Matches(file.Pattern, path))).ShouldBeEmpty();
    }

    private async Task LiveAndDieAsync()
    {
        _project.Configure("""
            watch: { enabled: false }
            schedule: { jobs: [ { id: yearly, cron: "0 0 1 1 *", action: mark } ] }
            actions: { mark: { type: shell, command: "echo job >> ran" } }
            agents: { providers: { local: { type: command, argv: [cat] } } }
            rules: [ { id: r, event: { type: go }, on_busy: queue, cooldown_minutes: 0.0001, action: { type: shell, command: "echo run >> ran" } } ]
            """);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("emit", "go")).ShouldExit(0);
        await _project.UntilLines("ran", 1);
        await Eventually.Until(() => _project.State().GetProperty("recent_actions").GetArrayLength() == 1, "the action to have ended");
        (await _project.Run("task", "submit", "say this", "--wait")).ShouldExit(0);
        await Eventually.Until(() => OwnPaths().Any(path => path.EndsWith("result.md", StringComparison.Ordinal)), "the result to be kept");
        foreach (var word in new[] { "pause", "resume" })
            (await _project.Run(word)).ShouldExit(0);
        var letter = new DeadLetter(
            Guid.NewGuid(),
            EventFactory.Create(DateTimeOffset.UtcNow, EventSource.Manual, "old", "", "{}"u8.ToArray()),
            "r",
            "no",
            4,
            default,
            default
        );
        await File.WriteAllBytesAsync(Path.Combine(_project.Paths.Events, "dead-letters.jsonl"), [.. letter.ToJson(), (byte)'\n']);
        await KillAsync();
    }

    private async Task KillAsync()
    {
        if (_project.DaemonPid is not { } pid) return;
        Processes.Send(pid, ProcessSignal.Kill);
        await Eventually.Until(() => _project.DaemonPid is null, "the end of the daemon");
    }

    private async Task<string> ToldAsync() =>
        (await _project.Run("logs", "--level", "warn", "--lines", "100")).Output + _project.State().GetProperty("health");

    private IEnumerable<string> OwnPaths() =>
        Directory
            .EnumerateFiles(_project.Paths.Aiwg, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "daemon.yaml");

    private bool Matches(string pattern, string path) =>
        FileSystemName.MatchesSimpleExpression(pattern, Path.GetRelativePath(_project.Paths.Aiwg, path), ignoreCase: false)
        && pattern.Count(c => c == '/') == Path.GetRelativePath(_project.Paths.Aiwg, path).Count(c => c == '/');

    private static bool Inflict(string damage, string path, byte[] whole, string foreign)
    {
        Clear(path);
        switch (damage)
        {
            case "missing": return true;
            case "empty": File.WriteAllBytes(path, []); return true;
            case "cut": File.WriteAllBytes(path, whole[..(whole.Length / 2)]); return true;
            case "zeros": File.WriteAllBytes(path, new byte[Math.Max(whole.Length, 4096)]); return true;
            case "noise":
                var noise = new byte[3000];
                new Random(7).NextBytes(noise);
                File.WriteAllBytes(path, noise);
                return true;
            case "huge":
                File.WriteAllBytes(path, whole);
                using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write)) RandomAccess.SetLength(file, 64 << 20);
                return true;
            case "directory": Directory.CreateDirectory(Path.Combine(path, "inside")); return true;
            case "link": File.CreateSymbolicLink(path, foreign); return true;
            case "dangling": File.CreateSymbolicLink(path, foreign + ".none"); return true;
            case "pipe": return Laboratory.System("mkfifo", path) is null;
            default:
                if (Environment.IsPrivilegedProcess) return false;
                File.WriteAllBytes(path, whole);
                File.SetUnixFileMode(path, UnixFileMode.None);
                return true;
        }
    }

    private static void Clear(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null) Directory.Delete(path, recursive: true);
        else File.Delete(path);
    }
}
