using System.Diagnostics;
using System.Text;
using AiwgDaemon.Globs;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Globs;

/// <summary>gitignore files against git itself.</summary>
public sealed class GitIgnoreOracleTests
{
    private static readonly string[] Names = ["a", "b", "ab", "a.b", "foo", "foo.c", "bar", "x-y", ".h", "[a]", "a b", "A"];

    private static readonly string[] Parts =
        ["a", "b", "ab", "foo", "*", "?", "*.c", "**", "a*", "*b", "[ab]", "[!a]", "[a-f]*", "foo*", "x-y", "\\a", "[[:alpha:]]", "a**", "***", ".*", "[^.]*", "\\[a\\]", "f?o", "[]-a]", "a\\ b", "*.[ch]", "[", "[a", "\\"];

    [Fact]
    public async Task Generated_patterns_mean_what_git_says()
    {
        if (!HasGit()) Assert.Skip("git is not installed: there is no oracle");
        using var directory = new TemporaryDirectory();
        await Git(directory.Path, "init", "-q");
        var random = new Random(20261122);
        var different = new List<string>();
        var pairs = 0;
        for (var round = 0; round < 100; round++)
        {
            var patterns = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pattern(random)).ToArray();
            await File.WriteAllTextAsync(directory.Combine(".gitignore"), string.Join('\n', patterns) + "\n");
            var paths = Enumerable.Range(0, 60).Select(_ => NewPath(random)).Distinct().ToArray();
            var ignored = await CheckIgnore(directory.Path, paths);
            var file = GitIgnoreFile.Parse(Encoding.UTF8.GetBytes(string.Join('\n', patterns)));
            foreach (var path in paths)
            {
                pairs++;
                if (IsIgnored(file, path) != ignored.Contains(path)) different.Add($"{string.Join(" | ", patterns)} :: {path} git={ignored.Contains(path)}");
            }
        }
        different.ShouldBeEmpty();
        pairs.ShouldBeGreaterThan(2000);
    }

    // None of the paths exists: git takes the last part for a file.
    private static bool IsIgnored(GitIgnoreFile file, string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            if (file.Match(Encoding.UTF8.GetBytes(path[..slash]), isDirectory: true) == GitIgnoreVerdict.Ignored) return true;
        return file.Match(Encoding.UTF8.GetBytes(path), isDirectory: false) == GitIgnoreVerdict.Ignored;
    }

    private static string Pattern(Random random)
    {
        var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Parts[random.Next(Parts.Length)]);
        return (random.Next(5) == 0 ? "!" : "") + (random.Next(5) == 0 ? "/" : "") + string.Join('/', parts) + random.Next(8) switch { 0 => "/", 1 => "  ", 2 => "/**", _ => "" };
    }

    private static string NewPath(Random random) => string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Names[random.Next(Names.Length)]));

    private static async Task<HashSet<string>> CheckIgnore(string directory, string[] paths)
    {
        using var git = Start(directory, ["-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", "-z", "--stdin"]);
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

    private static Process Start(string directory, string[] arguments) => Process.Start(
        new ProcessStartInfo("git", arguments) { WorkingDirectory = directory, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static bool HasGit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", "--version") { UseShellExecute = false, RedirectStandardOutput = true });
            git!.WaitForExit();
            return git.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
