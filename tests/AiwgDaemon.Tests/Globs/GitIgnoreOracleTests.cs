using System.Diagnostics;
using System.Text;
using AiwgDaemon.Globs;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Watches;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Globs;

/// <summary>
/// gitignore files against git itself: a root file, some in directories below, <c>info/exclude</c> and <c>core.excludesFile</c>, read as
/// the watcher reads them. <c>GITIGNORE_ROUNDS</c> asks for more rounds than a test run has time for, <c>GITIGNORE_SEED</c> for others.
/// </summary>
public sealed class GitIgnoreOracleTests
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("GITIGNORE_ROUNDS"), out var rounds) ? rounds : 80;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("GITIGNORE_SEED"), out var seed) ? seed : 20261122;

    // Those that are there as directories, three levels deep; any other path is taken for a file.
    private static readonly string[] Directories = ["a", "b", "ab", "foo", "x-y"];

    private static readonly string[] Names =
        [.. Directories, "a.b", "foo.c", "bar", ".h", "[a]", "a b", "A", "#a", "!a", "a ", "\u00e9", "a.b.c", "*", "-", "]", "^a", "build"];

    private static readonly string[] Parts =
    [
        "a",
        "b",
        "ab",
        "foo",
        "*",
        "?",
        "*.c",
        "**",
        "a*",
        "*b",
        "[ab]",
        "[!a]",
        "[^a]",
        "[a-f]*",
        "foo*",
        "x-y",
        "\\a",
        "[[:alpha:]]",
        "[[:alpha:][:digit:]-]*",
        "[![:space:]]",
        "a**",
        "***",
        "**b",
        ".*",
        "[^.]*",
        "\\[a\\]",
        "f?o",
        "[]-a]",
        "[]]",
        "[a-]",
        "[\\]]",
        "[--0]",
        "a\\ b",
        "a b",
        "*.[ch]",
        "[",
        "[a",
        "[!",
        "[[:bad:]]",
        "[[:alpha:]",
        "\\",
        "\\*",
        "\\\\",
        "\\#a",
        "#a",
        "\\!a",
        "!a",
        "a\\ ",
        "\u00e9",
        "?.?",
        "*.*",
        "**.c",
        "a/**/b",
        "A",
        "build",
    ];

    [Fact]
    public async Task Generated_patterns_mean_what_git_says()
    {
        if (!HasGit()) Assert.Skip("git is not installed: there is no oracle");
        using var directory = new TemporaryDirectory();
        var random = new Random(Seed);
        var repository = await Repository(directory.Path);
        var different = new List<string>();
        int pairs = 0, ignoredPairs = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var files = WriteFiles(directory.Path, random);
            var paths = Enumerable.Range(0, 80).Select(_ => NewPath(random)).Distinct().ToArray();
            var ignored = await CheckIgnore(directory.Path, paths);
            var tree = new IgnoredTree(directory.Path, repository);
            foreach (var path in paths)
            {
                pairs++;
                if (ignored.Contains(path))
                    ignoredPairs++;
                if (tree.IsIgnored(path) != ignored.Contains(path))
                    different.Add(
                        $"{string.Join(" ; ", files.Select(f => $"{f.Key}: {f.Value.Replace("\n", " | ")}"))} :: {path} "
                            + $"git={ignored.Contains(path)}"
                    );
            }
            foreach (var file in files.Keys) File.Delete(directory.Combine(file));
        }
        different.ShouldBeEmpty($"{different.Count} of {pairs}");
        // Neither all nor nothing: else the generator proves little.
        if (Rounds >= 80) pairs.ShouldBeGreaterThan(4000);
        ignoredPairs.ShouldBeInRange(pairs / 10, pairs * 9 / 10);
    }

    [Fact]
    public async Task Patterns_with_many_stars_mean_what_git_says()
    {
        if (!HasGit()) Assert.Skip("git is not installed: there is no oracle");
        using var directory = new TemporaryDirectory();
        var random = new Random(Seed);
        await Git(directory.Path, "init", "-q");
        await Git(directory.Path, "config", "core.excludesFile", Path.Combine(directory.Path, ".git", "global"));
        string[] parts = ["a", "b", "ab", "*", "*", "**", "**", "/", "/", "/**/", "**/", "?", "[ab]", "\\a", "\\/", "[/]"];
        var different = new List<string>();
        int pairs = 0, ignoredPairs = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var pattern = string.Concat(Enumerable.Range(0, random.Next(2, 9)).Select(_ => parts[random.Next(parts.Length)]));
            File.WriteAllText(directory.Combine(".gitignore"), pattern + "\n");
            var paths = Enumerable
                .Range(0, 60)
                .Select(_ =>
                    string.Join(
                        '/',
                        Enumerable
                            .Range(0, random.Next(1, 7))
                            .Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => "ab"[random.Next(2)])]))
                    )
                )
                .Distinct()
                .ToArray();
            var ignored = await CheckIgnore(directory.Path, paths);
            var file = GitIgnoreFile.Parse(Encoding.UTF8.GetBytes(pattern + "\n"));
            foreach (var path in paths)
            {
                pairs++;
                if (ignored.Contains(path)) ignoredPairs++;
                var ours = false;
                for (var slash = path.IndexOf('/'); slash >= 0 && !ours; slash = path.IndexOf('/', slash + 1))
                    ours = file.Match(Encoding.UTF8.GetBytes(path[..slash]), isDirectory: true) == GitIgnoreVerdict.Ignored;
                ours |= file.Match(Encoding.UTF8.GetBytes(path), isDirectory: false) == GitIgnoreVerdict.Ignored;
                if (ours != ignored.Contains(path)) different.Add($"{pattern} :: {path} git={ignored.Contains(path)}");
            }
        }
        different.ShouldBeEmpty($"{different.Count} of {pairs}");
        ignoredPairs.ShouldBeInRange(pairs / 20, pairs * 9 / 10);
    }

    private static async Task<string[]> Repository(string path)
    {
        await Git(path, "init", "-q");
        await Git(path, "config", "core.ignorecase", "false");
        await Git(path, "config", "core.excludesFile", Path.Combine(path, ".git", "global"));
        string[] level = [""];
        var all = new List<string> { "" };
        for (var depth = 0; depth < 3; depth++)
        {
            level = [.. level.SelectMany(above => Directories.Select(name => above + name + "/"))];
            all.AddRange(level);
        }
        foreach (var one in all) Directory.CreateDirectory(Path.Combine(path, one));
        return [.. all];
    }

    /// <summary>Random ignore files, by their path.</summary>
    private static Dictionary<string, string> WriteFiles(string root, Random random)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { [".gitignore"] = Lines(random, 4) };
        if (random.Next(3) == 0)
            files[$"{Directories[random.Next(Directories.Length)]}/.gitignore"] = Lines(random, 3);
        if (random.Next(3) == 0)
            files[$"{Directories[random.Next(Directories.Length)]}/{Directories[random.Next(Directories.Length)]}/.gitignore"] = Lines(
                random,
                3
            );
        if (random.Next(4) == 0)
            files[".git/info/exclude"] = Lines(random, 2);
        if (random.Next(4) == 0)
            files[".git/global"] = Lines(random, 2);
        Directory.CreateDirectory(Path.Combine(root, ".git", "info"));
        foreach (var (path, text) in files) File.WriteAllText(Path.Combine(root, path), text);
        return files;
    }

    private static string Lines(Random random, int most)
    {
        var lines = Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => Pattern(random));
        var end = random.Next(10) == 0 ? "\r\n" : "\n";
        return (random.Next(12) == 0 ? "\ufeff" : "") + string.Join(end, lines) + (random.Next(8) == 0 ? "" : end);
    }

    private static string Pattern(Random random)
    {
        if (random.Next(40) == 0)
            return new[] { "", "#comment", "/", "!", "//", "!/", "**/", "/**", "   ", "\\", "a//b", "/*", "!*/" }[random.Next(13)];
        var parts = Enumerable
            .Range(
                0,
                random.Next(8) switch
                {
                    < 4 => 1,
                    < 7 => 2,
                    _ => 3,
                }
            )
            .Select(_ => Parts[random.Next(Parts.Length)]);
        return (random.Next(4) == 0 ? "!" : "")
            + (random.Next(4) == 0 ? "/" : "")
            + string.Join('/', parts)
            + random.Next(10) switch
            {
                0 or 1 => "/",
                2 => "  ",
                3 => "/**",
                4 => "/*",
                5 => "\\ ",
                6 when random.Next(3) == 0 => "\t",
                _ => "",
            };
    }

    private static string NewPath(Random random)
    {
        // Mostly through directories that are there.
        var parts = Enumerable
            .Range(0, random.Next(1, 5))
            .Select(i => random.Next(3) > 0 ? Directories[random.Next(Directories.Length)] : Names[random.Next(Names.Length)]);
        return string.Join('/', parts);
    }

    /// <summary>The levels of a repository as the watcher has them.</summary>
    private sealed class IgnoredTree
    {
        private readonly EntryTable _table = new();
        private readonly GitIgnoreLevels _levels;
        private readonly int _top;
        private readonly string _root;

        public IgnoredTree(string root, string[] directories)
        {
            _root = root;
            _levels = new GitIgnoreLevels(_table, new ExcludeFiles(null, new WatchMap()));
            _top = _table.Add(EntryTable.Root, "top"u8, EntryFlags.Directory);
            foreach (var directory in directories)
            {
                var path = Path.Combine(root, directory).TrimEnd('/');
                _levels.Load(Enter(directory), path, File.Exists(path + "/.gitignore"), directory.Length == 0);
            }
        }

        public bool IsIgnored(string path)
        {
            for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
                if (Says(path[..slash], isDirectory: true)) return true;
            return Says(path, Directory.Exists(Path.Combine(_root, path)));
        }

        private bool Says(string path, bool isDirectory)
        {
            var slash = path.LastIndexOf('/');
            var levels = new List<(GitIgnoreFile File, int From)>();
            // As the watcher does: paths are absolute, here below "/top".
            var above = slash < 0 ? "" : path[..slash];
            _levels.Collect(Enter(above), Encoding.UTF8.GetByteCount("/top" + (above.Length == 0 ? "" : "/" + above)), levels);
            var bytes = Encoding.UTF8.GetBytes("/top/" + path);
            foreach (var (file, from) in levels)
            {
                var verdict = file.Match(bytes.AsSpan(from), isDirectory);
                if (verdict != GitIgnoreVerdict.None) return verdict == GitIgnoreVerdict.Ignored;
            }
            return false;
        }

        private int Enter(string directory)
        {
            var at = _top;
            foreach (var part in directory.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var name = Encoding.UTF8.GetBytes(part);
                var next = _table.Find(at, name);
                at = next != 0 ? next : _table.Add(at, name, EntryFlags.Directory);
            }
            return at;
        }
    }

    private static async Task<HashSet<string>> CheckIgnore(string directory, string[] paths)
    {
        using var git = Start(directory, ["check-ignore", "--no-index", "-z", "--stdin"]);
        await git.StandardInput.WriteAsync(string.Join('\0', paths));
        git.StandardInput.Close();
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static async Task Git(string directory, params string[] arguments)
    {
        using var git = Start(directory, arguments);
        await git.WaitForExitAsync();
    }

    private static Process Start(string directory, string[] arguments) =>
        Process.Start(
            new ProcessStartInfo("git", arguments)
            {
                WorkingDirectory = directory,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(false),
                StandardOutputEncoding = new UTF8Encoding(false),
            }
        )!;

    private static bool HasGit()
    {
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", "--version") { UseShellExecute = false, RedirectStandardOutput = true }
            );
            git!.WaitForExit();
            return git.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
