using System.Text;
using AiwgDaemon.Globs;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Extensions.FileSystemGlobbing;
using Theirs = DotNet.Globbing.Glob;

namespace AiwgDaemon.Benchmarks;

/// <summary>
/// Compiled once, asked for each of 2,000 paths of a tree such as projects have: the patterns of rules, and a .gitignore. Times are
/// per path. That all give the same answers is checked before anything is timed.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class GlobBenchmarks
{
    private const int Paths = 2000;

    private static readonly string[] Patterns =
    [
        "src/**/*.cs",
        "docs/**",
        "**/package.json",
        "tests/*/Golden/*.txt",
        "README.md",
        "scripts/*.sh",
        "src/*/Sources/**/Watch*.cs",
        "**/*.spec.ts",
        "app/**/generated/**/*.json",
    ];

    private static readonly string[] IgnoreLines =
    [
        "bin/",
        "obj/",
        "node_modules/",
        "*.log",
        "*.tmp",
        "!keep.log",
        "/artifacts/",
        "coverage/*.xml",
        "*.user",
        ".vs/",
        "docs/**/draft-*",
        "TestResults/",
        "[Tt]humbs.db",
        "*~",
        "dist/",
        ".env",
    ];

    private static readonly string[] Directories =
    [
        "src",
        "src/App",
        "src/App/Sources/Cron",
        "src/App/Sources/Watch",
        "docs",
        "docs/guide/chapter",
        "tests/App.Tests/Golden",
        "app/web/components",
        "app/web/generated/api/v1",
        "scripts",
        "coverage",
        "",
    ];

    private static readonly string[] Names =
    [
        "WatchTree{0}.cs",
        "index{0}.spec.ts",
        "page{0}.md",
        "data{0}.json",
        "package.json",
        "run{0}.sh",
        "README.md",
        "approved{0}.txt",
        "trace{0}.log",
        "draft-{0}.md",
        "style{0}.css",
        "report{0}.xml",
    ];

    private readonly string[] _paths = new string[Paths];
    private readonly byte[][] _bytes = new byte[Paths][];
    private readonly Glob[] _globs =
    [
        .. Patterns.Select(p => Glob.TryParse(p, out var glob, out var error) ? glob : throw new FormatException(error)),
    ];
    private readonly Theirs[] _dotNetGlobs = [.. Patterns.Select(Theirs.Parse)];
    private readonly Matcher _matcher = new(StringComparison.Ordinal);
    private readonly GitIgnoreFile _gitIgnore = GitIgnoreFile.Parse(Encoding.UTF8.GetBytes(string.Join('\n', IgnoreLines)));
    private readonly MAB.DotIgnore.IgnoreList _dotIgnore = new(IgnoreLines);

    [GlobalSetup]
    public void Prepare()
    {
        for (var i = 0; i < Paths; i++)
        {
            var directory = Directories[i % Directories.Length];
            var name = string.Format(System.Globalization.CultureInfo.InvariantCulture, Names[i / Directories.Length % Names.Length], i);
            _paths[i] = directory.Length == 0 ? name : $"{directory}/{name}";
            _bytes[i] = Encoding.UTF8.GetBytes(_paths[i]);
        }
        _matcher.AddIncludePatterns(Patterns);
        // FileSystemGlobbing tells of each file once, and of these some come twice.
        var matched = _paths.Where(AnyOfOurs).ToHashSet(StringComparer.Ordinal);
        if (matched.Count == 0 || !matched.SetEquals(_paths.Where(AnyOfDotNetGlob)))
            throw new InvalidOperationException("DotNet.Glob answers otherwise");
        if (!matched.SetEquals(_matcher.Match(_paths).Files.Select(f => f.Path)))
            throw new InvalidOperationException("FileSystemGlobbing answers otherwise");
        for (var i = 0; i < Paths; i++)
            if (
                (_gitIgnore.Match(_bytes[i], isDirectory: false) == GitIgnoreVerdict.Ignored)
                != _dotIgnore.IsIgnored(_paths[i], pathIsDirectory: false)
            )
                throw new InvalidOperationException($"MAB.DotIgnore answers otherwise for {_paths[i]}");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Paths), BenchmarkCategory("1 nine globs")]
    public int Globs() => Count(AnyOfOurs);

    [Benchmark(OperationsPerInvoke = Paths), BenchmarkCategory("1 nine globs")]
    public int GlobsDotNetGlob() => Count(AnyOfDotNetGlob);

    [Benchmark(OperationsPerInvoke = Paths), BenchmarkCategory("1 nine globs")]
    public int GlobsFileSystemGlobbing() => _matcher.Match(_paths).Files.Count();

    [Benchmark(Baseline = true, OperationsPerInvoke = Paths), BenchmarkCategory("2 a .gitignore")]
    public int GitIgnore()
    {
        var ignored = 0;
        foreach (var path in _bytes)
            if (_gitIgnore.Match(path, isDirectory: false) == GitIgnoreVerdict.Ignored) ignored++;
        return ignored;
    }

    [Benchmark(OperationsPerInvoke = Paths), BenchmarkCategory("2 a .gitignore")]
    public int GitIgnoreDotIgnore()
    {
        var ignored = 0;
        foreach (var path in _paths)
            if (_dotIgnore.IsIgnored(path, pathIsDirectory: false)) ignored++;
        return ignored;
    }

    private int Count(Func<string, bool> matches)
    {
        var count = 0;
        foreach (var path in _paths)
            if (matches(path)) count++;
        return count;
    }

    private bool AnyOfOurs(string path)
    {
        foreach (var glob in _globs)
            if (glob.IsMatch(path)) return true;
        return false;
    }

    private bool AnyOfDotNetGlob(string path)
    {
        foreach (var glob in _dotNetGlobs)
            if (glob.IsMatch(path)) return true;
        return false;
    }
}
