using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>
/// Random changes of a tree beside a comparison of the disk before and after. <c>WATCH_ROUNDS</c> asks for more rounds than a test run has
/// time for, <c>WATCH_SEED</c> for others.
/// </summary>
public sealed class WatchOracleTests
{
    private const int MostChanges = 25;

    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("WATCH_ROUNDS"), out var rounds) ? rounds : 20;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("WATCH_SEED"), out var seed) ? seed : 20261128;
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None };
    private static readonly string[] Names = ["a", "b", "c", "d.log", "e.tmp", "gen", "out"];

    [Fact]
    public Task Random_changes_are_told_as_they_are_on_the_disk_with_inotify() => Compare("inotify", Rounds);

    // A listing comes every two seconds.
    [Fact]
    public Task Random_changes_are_told_as_they_are_on_the_disk_by_listing() => Compare("listing", Math.Max(3, Rounds / 10));

    private static async Task Compare(string backend, int rounds)
    {
        var random = new Random(Seed);
        await using var project = new WatchedProject { Portable = false };
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes, links and exchanges as Linux has them");
        Directory.CreateDirectory(project.Combine("tree"));
        for (var i = 0; i < 40; i++) Change(project.Combine("tree"), random);
        await project.StartAsync(project.Options(new WatchPath { Path = "tree" }, new WatchPath { Path = "marks" }) with
        {
            Polling = backend == "listing" ? Polling.Always : Polling.Auto,
        });
        var known = Snapshot(project);
        for (var round = 0; round < rounds; round++)
        {
            var (before, told) = (Snapshot(project), project.Seen.Count);
            var done = Enumerable.Range(0, random.Next(1, MostChanges)).Select(_ => Change(project.Combine("tree"), random)).ToList();
            await project.SettledAsync("marks/zz-marker");
            // The marker's directory may have been listed before the others.
            if (backend == "listing") await project.SettledAsync("marks/zz-marker");
            var after = Snapshot(project);
            var news = project.Seen.Skip(told).Where(s => !s.Contains("zz-marker", StringComparison.Ordinal)).ToList();
            var context = $"seed {Seed}, round {round}: {string.Join("; ", done)}; told: {string.Join(", ", news)}";

            foreach (var line in news) Apply(line, known, context);
            known.Keys.Order(StringComparer.Ordinal).ShouldBe(after.Keys.Order(StringComparer.Ordinal), context);
            foreach (var (path, content) in after)
            {
                var changed = before.TryGetValue(path, out var former) && former != content;
                if (changed) news.ShouldContain(s => s.EndsWith(' ' + path), context);
            }
            foreach (var (path, content) in after) known[path] = content;
        }
    }

    // What is told must fit what was told before.
    private static void Apply(string line, Dictionary<string, string> known, string context)
    {
        var (kind, path) = (line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..]);
        if (kind == "create") known.TryAdd(path, "").ShouldBeTrue($"{line} of what was there; {context}");
        else if (kind == "delete") known.Remove(path).ShouldBeTrue($"{line} of what was not there; {context}");
        else known.ContainsKey(path).ShouldBeTrue($"{line} of what was not there; {context}");
    }

    private static Dictionary<string, string> Snapshot(WatchedProject project)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var directories = new Stack<string>([project.Combine("tree")]);
        while (directories.TryPop(out var directory))
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", All))
        {
            var path = Path.GetRelativePath(project.Path, entry.FullName);
            if (entry.LinkTarget is { } target) files[path] = "-> " + target;
            else if (entry is DirectoryInfo) directories.Push(entry.FullName);
            else if (!IsPipe(entry.FullName)) files[path] = File.ReadAllText(entry.FullName);
        }
        return files;
    }

    // Whoever opened one would wait for its other end.
    private static bool IsPipe(string path) =>
        FileStatusMark.TryGet([.. NativePath.ToBytes(path), 0], follow: true, out var mark) && mark.Kind == FileKind.Other;

    private static string Change(string root, Random random)
    {
        var (one, other) = (AnyPath(root, random), AnyPath(root, random));
        var kind = random.Next(12);
        try
        {
            switch (kind)
            {
                case < 4 when !IsPipe(one):
                    Directory.CreateDirectory(Path.GetDirectoryName(one)!);
                    File.WriteAllText(one, new string('x', random.Next(1, 500)));
                    break;
                case 4:
                    if (Directory.Exists(one)) Directory.Delete(one, recursive: true);
                    else File.Delete(one);
                    break;
                case 5:
                    File.Move(one, other, overwrite: true);
                    break;
                case 6 or 7:
                    Directory.CreateDirectory(Path.GetDirectoryName(other)!);
                    if (Directory.Exists(one)) Directory.Move(one, other);
                    else File.Move(one, other, overwrite: true);
                    break;
                case 8:
                    AiwgDaemon.Tests.Support.Names.TryExchange(one, other);
                    break;
                case 9:
                    File.CreateSymbolicLink(one, random.Next(2) == 0 ? "nowhere" : "a");
                    break;
                case 10:
                    AiwgDaemon.Tests.Support.Names.MakePipe(Path.Combine(Path.GetDirectoryName(one)!, "pipe" + random.Next(3)));
                    break;
                case 11:
                    File.SetUnixFileMode(
                        one,
                        UnixFileMode.UserRead
                            | UnixFileMode.UserWrite
                            | UnixFileMode.UserExecute
                            | (random.Next(2) == 0 ? UnixFileMode.GroupRead : 0)
                    );
                    break;
            }
            return $"{kind} {Short(one)} {Short(other)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not everything can be done everywhere: a directory does not go into itself.
            return $"{kind} {Short(one)} {Short(other)} not done";
        }

        string Short(string path) => Path.GetRelativePath(root, path);
    }

    private static string AnyPath(string root, Random random)
    {
        var existing = Directory.GetFileSystemEntries(
            root,
            "*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
        );
        if (existing.Length > 0 && random.Next(3) > 0)
            return existing[random.Next(existing.Length)];
        return Path.Combine([root, .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Names[random.Next(Names.Length)])]);
    }
}
