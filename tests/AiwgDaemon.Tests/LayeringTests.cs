using System.Text.RegularExpressions;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests;

/// <summary>Who may use whom, as the table in CONTRIBUTING.md says it; read off the using lines and qualified names of the
/// source.</summary>
public sealed partial class LayeringTests
{
    private static readonly string[] Features =
        ["Actions", "Bus", "Globs", "Logging", "Rules", "Runs", "Sources.Cron", "Sources.Watch", "Sources.Webhook"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Platform"] = [],
        ["Globs"] = [],
        ["Bus"] = ["Platform"],
        ["State"] = ["Platform"],
        ["Logging"] = ["Platform"],
        ["Sources.Watch"] = ["Bus", "Platform", "Globs"],
        ["Sources.Cron"] = ["Bus", "Platform"],
        ["Sources.Webhook"] = ["Bus", "Platform"],
        ["Actions"] = ["State", "Platform", "Bus"],
        ["Runs"] = ["Bus", "Actions", "State", "Platform"],
        ["Rules"] = ["Bus", "Runs", "Actions", "State", "Globs", "Platform"],
        ["Config"] = [.. Features, "Platform"],
        ["Control"] = ["Bus", "State", "Actions", "Runs", "Rules", "Platform"],
        ["Lifecycle"] = [.. Features, "State", "Config", "Control", "Platform"],
        ["Cli"] = [.. Features, "State", "Config", "Control", "Platform", "Lifecycle"],
    };

    [Fact]
    public void Folders_use_only_the_folders_they_may_use()
    {
        var violations = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Repository.Source, "*.cs", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Repository.Source, file).Replace('\\', '/');
            if (
                relative.StartsWith("obj/", StringComparison.Ordinal)
                || relative.StartsWith("bin/", StringComparison.Ordinal)
                || !relative.Contains('/')
            )
                continue;
            var folder = FolderOf(relative);
            Allowed.ShouldContainKey(folder, $"{relative} is in a folder that CONTRIBUTING.md does not know");
            foreach (Match match in Reference().Matches(File.ReadAllText(file)))
            {
                var used = match.Groups[1].Value;
                if (used != folder && !Allowed[folder].Contains(used)) violations.Add($"{relative} uses {used}");
            }
        }
        violations.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void The_allowed_uses_have_no_cycle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (done.Count < Allowed.Count)
        {
            var next = Allowed.Keys.FirstOrDefault(k => !done.Contains(k) && Allowed[k].All(done.Contains));
            next.ShouldNotBeNull($"a cycle among {string.Join(", ", Allowed.Keys.Except(done))}");
            done.Add(next);
        }
    }

    [Fact]
    public void The_machine_of_the_rules_has_no_lock_disk_clock_or_thread()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Source, "Rules", "Machine"), "*.cs");
        files.Length.ShouldBeGreaterThan(20);
        foreach (var file in files)
        {
            var code = File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));
            Impure().Match(string.Join('\n', code)).Value.ShouldBeEmpty(Path.GetFileName(file));
        }
    }

    private static string FolderOf(string relative)
    {
        var parts = relative.Split('/');
        return parts[0] == "Sources" ? $"Sources.{parts[1]}" : parts[0];
    }

    [GeneratedRegex(
        @"\b(lock \(|Lock "
            + @"|TimeProvider|GetUtcNow|UtcNow|ITimer|Thread|ThreadPool|Task|await|File\.|Directory\.|SecureFile|RunDispatcher|RunStore)\b?"
    )]
    private static partial Regex Impure();

    [GeneratedRegex(@"(?<!namespace )\bAiwgDaemon\.(Sources\.\w+|[A-Z]\w+)")]
    private static partial Regex Reference();
}
