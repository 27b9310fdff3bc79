using System.Globalization;
using System.Text.Json;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>
/// <c>git checkout</c> between commits whose ignore files differ at several levels: what is reported is what <c>git diff --name-status</c>
/// lists.
/// <c>CHECKOUT_FILES</c>, <c>CHECKOUTS</c> and <c>CHECKOUT_SEED</c> ask for more; <c>scripts/checkout-storm.sh</c> does.
/// </summary>
public sealed class CheckoutDiffTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Files = FromEnvironment("CHECKOUT_FILES", 300);
    private static readonly int Checkouts = FromEnvironment("CHECKOUTS", 6);
    private static readonly int Seed = FromEnvironment("CHECKOUT_SEED", 7);

    private static readonly string[] Folders = ["app", "lib", "data", "gen", "build", "docs", "src", "test", "out", "a", "z"];
    private static readonly string[] Endings = [".c", ".o", ".out", ".log", ".txt", ".gen"];

    private static readonly string[] Patterns =
    [
        "gen/",
        "*.o",
        "*.log",
        "out/",
        "build/",
        "data/*",
        "!data/a/",
        "!*.out",
        "*.gen",
        "!gen/",
        "/lib/",
        "docs/**",
        "!build/",
        "*.out",
        "!*.o",
    ];

    private readonly TestProject _project = new();
    private readonly List<string> _told = [];
    private long _readUpTo;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_checkout_with_changed_ignore_files_reports_what_git_diff_lists()
    {
        Assert.SkipUnless(Git.IsInstalled && OperatingSystem.IsLinux(), "git is not installed, or processes cannot be stopped for a while");
        var random = new Random(Seed);
        string[] commits = await MakeCommits(random);
        var current = commits[0];
        await Git.Run(_project.Root, "checkout", "-qf", current);
        // Longer than a busy machine takes from making a file to writing it: else one create is a create and a modify, which git does not
        // tell apart.
        _project.Configure("watch: { paths: ['.'], debounce_ms: 700 }\nschedule: { enabled: false }\n");
        (await _project.Run("start")).ShouldExit(0);

        for (var round = 0; round < Checkouts; round++)
        {
            var next = commits[(Array.IndexOf(commits, current) + 1 + random.Next(commits.Length - 1)) % commits.Length];
            // A busy machine: the daemon does not get the processor before git is ready.
            var stopped = round % 2 == 1;
            if (stopped) await Send("STOP");
            await Git.Run(_project.Root, "checkout", "-qf", next);
            if (stopped) await Send("CONT");
            var expected = await Listed(current, next);

            var before = _told.Count;
            await Eventually.Until(
                () => ReadNews() - before >= expected.Length,
                $"{expected.Length} events of checkout {round}",
                TimeSpan.FromMinutes(2),
                () => $"{_told.Count - before}; missing: {string.Join(", ", expected.Except(_told.Skip(before)).Take(20))}"
            );
            var mark = $"mark-{round}";
            _project.WriteFile(mark, "");
            await Eventually.Until(() => ReadNews() > 0 && _told.Contains($"create {mark}"), "the marker");
            string[] told =
            [
                .. _told.Skip(before).Where(t => !t.Contains("mark-", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            ];
            told.ShouldBe(expected, $"seed {Seed}, checkout {round}, {current} to {next}");
            output.WriteLine(
                $"checkout {round}, {current} to {next}{(stopped ? ", stopped meanwhile" : "")}: {expected.Length} paths, as git diff "
                    + "lists them"
            );
            current = next;
        }
    }

    // Each commit holds, of the same files, a part that its own ignore files allow.
    private async Task<string[]> MakeCommits(Random random)
    {
        await Git.Run(_project.Root, "init", "-q");
        _project.WriteFile(".git/info/exclude", ".aiwg/\n");
        var paths = Enumerable
            .Range(0, Files)
            .Select(n =>
                string.Join(
                    '/',
                    [
                        .. Enumerable.Range(0, random.Next(4)).Select(_ => Folders[random.Next(Folders.Length)]),
                        $"f{n}{Endings[random.Next(Endings.Length)]}",
                    ]
                )
            )
            .ToList();
        string[] commits = ["c0", "c1", "c2", "c3"];
        foreach (var commit in commits)
        {
            await Git.Run(_project.Root, "checkout", "-q", "--orphan", commit);
            foreach (var entry in new DirectoryInfo(_project.Root).GetFileSystemInfos())
            {
                if (entry.Name is ".git" or ".aiwg") continue;
                if (entry is DirectoryInfo directory) directory.Delete(recursive: true);
                else entry.Delete();
            }
            foreach (var path in paths.Where(_ => random.Next(4) > 0)) _project.WriteFile(path, $"{path} {random.Next(2)}\n");
            _project.WriteFile(".gitignore", Rules(random, 6));
            for (var i = random.Next(5, 20); i > 0; i--)
            {
                var folder = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Folders[random.Next(Folders.Length)]));
                if (Directory.Exists(_project.Combine(folder))) _project.WriteFile($"{folder}/.gitignore", Rules(random, 4));
            }
            await Git.Run(_project.Root, "add", "-A");
            await Git.Run(_project.Root, "commit", "-qm", commit);
            // What is ignored is no part of any commit.
            await Git.Run(_project.Root, "clean", "-fdxq", "-e", ".aiwg");
            // An ignore file that is ignored itself held for the commit, but is gone: what it had taken back is ignored from now on.
            while (
                (await Git.Run(_project.Root, "ls-files", "-ci", "--exclude-standard")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    is { Length: > 0 } ignored
            )
            {
                await Git.Run(_project.Root, ["rm", "-qf", "--", .. ignored]);
                await Git.Run(_project.Root, "commit", "-q", "--amend", "-m", commit);
            }
        }
        return commits;
    }

    private static string Rules(Random random, int most) =>
        string.Join('\n', Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => Patterns[random.Next(Patterns.Length)])) + "\n";

    private async Task<string[]> Listed(string from, string to)
    {
        var lines = (await Git.Run(_project.Root, "diff", "--no-renames", "--name-status", from, to)).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries
        );
        return
        [
            .. lines
                .Select(line => $"{(line[0] switch { 'A' => "create", 'D' => "delete", _ => "modify" })} {line[1..].Trim()}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private async Task Send(string signal) => (await _project.Shell($"kill -{signal} {_project.DaemonPid}")).ShouldExit(0);

    // The journal, whose files are one a day; how many lines there are by now.
    private int ReadNews()
    {
        var directory = _project.Combine(".aiwg", "daemon", "events");
        var files = Directory.Exists(directory) ? Directory.GetFiles(directory, "2*.jsonl").Order(StringComparer.Ordinal).ToArray() : [];
        var skip = _readUpTo;
        foreach (var file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (skip >= stream.Length)
            {
                skip -= stream.Length;
                continue;
            }
            stream.Position = skip;
            skip = 0;
            var bytes = new byte[stream.Length - stream.Position];
            stream.ReadExactly(bytes);
            var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            _readUpTo += end;
            foreach (var line in System.Text.Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Note(line);
        }
        return _told.Count;
    }

    private void Note(string line)
    {
        using var document = JsonDocument.Parse(line);
        if (document.RootElement.GetProperty("source").GetString() != "watch")
            return;
        _told.Add(
            $"{document.RootElement.GetProperty("type").GetString()![5..]} "
                + $"{document.RootElement.GetProperty("payload").GetProperty("path").GetString()}"
        );
    }

    private static int FromEnvironment(string name, int value) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : value;
}
