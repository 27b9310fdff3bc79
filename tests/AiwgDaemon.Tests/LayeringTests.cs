using System.Text.RegularExpressions;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests;

/// <summary>Who may use whom, as the table in CONTRIBUTING.md says it; read off the compiled types and their methods, and off the using
/// lines and qualified names of the source, which also show what leaves no trace in the compiled code.</summary>
public sealed partial class LayeringTests
{
    private static readonly string[] Features =
        ["Actions", "Agents", "Bus", "Events", "Globs", "Http", "Logging", "Rules", "Runs", "Sources.Cron", "Sources.Watch", "Sources.Webhook"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Platform"] = [],
        ["Globs"] = [],
        ["Events"] = ["Platform"],
        ["Bus"] = ["Events", "Platform"],
        ["State"] = ["Platform"],
        ["Logging"] = ["Platform"],
        ["Sources.Watch"] = ["Events", "Bus", "Platform", "Globs"],
        ["Sources.Cron"] = ["Events", "Bus", "Platform"],
        ["Http"] = ["Platform"],
        ["Sources.Webhook"] = ["Events", "Bus", "Platform", "Http"],
        ["Actions"] = ["Events", "State", "Platform", "Bus"],
        ["Runs"] = ["Events", "Bus", "Actions", "State", "Platform"],
        ["Rules"] = ["Events", "Bus", "Runs", "Actions", "State", "Globs", "Platform"],
        ["Agents"] = ["Events", "Actions", "Runs", "Rules", "State", "Platform"],
        ["Config"] = [.. Features, "Platform"],
        ["Api"] = [.. Features, "State", "Config", "Platform"],
        ["Control"] = ["Api", "Events", "Bus", "Platform"],
        ["Lifecycle"] = [.. Features, "State", "Config", "Api", "Control", "Platform"],
        ["Mcp"] = ["Api", "Control", "Platform"],
        ["Cli"] = [.. Features, "State", "Config", "Api", "Control", "Mcp", "Platform", "Lifecycle"],
    };

    // Where the project writes each type and what it uses; without the compiler's own and those of no folder (Program, Product).
    private static readonly Lazy<List<(string From, string To)>> Uses = new(() =>
        [
            .. AssemblyReferences
                .Read(typeof(EventCatalogue).Assembly.Location)
                .Where(pair => FolderOfType(pair.From) is not null && FolderOfType(pair.To) is not null),
        ]);

    [Fact]
    public void Types_use_only_types_of_the_folders_they_may_use()
    {
        Uses.Value.Count.ShouldBeGreaterThan(1000);
        Uses.Value.Where(pair =>
                FolderOfType(pair.From) is var from && FolderOfType(pair.To) is var to && from != to && !Allowed[from!].Contains(to)
            )
            .Select(pair => $"{pair.From} uses {pair.To}")
            .Order(StringComparer.Ordinal)
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_folders_as_they_are_compiled_have_no_cycle()
    {
        var uses = Uses.Value.Select(pair => (From: FolderOfType(pair.From)!, To: FolderOfType(pair.To)!))
            .Where(pair => pair.From != pair.To)
            .ToLookup(pair => pair.From, pair => pair.To, StringComparer.Ordinal);
        var left = Allowed.Keys.ToHashSet(StringComparer.Ordinal);
        while (left.RemoveWhere(folder => !uses[folder].Any(left.Contains)) > 0) { }
        left.ShouldBeEmpty("each of these uses another one of them");
    }

    [Fact]
    public void What_a_type_uses_is_found_in_each_of_its_places()
    {
        var uses = AssemblyReferences.Read(typeof(LayeringTests).Assembly.Location);
        foreach (var used in new[] { "Base", "Field", "Parameter", "Result", "Local", "Called", "Argument", "Caught" })
            uses.ShouldContain(($"AiwgDaemon.Tests.{nameof(UserOfTypes)}", $"AiwgDaemon.Tests.Used{used}"), used);
    }

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

    private static string? FolderOfType(string name)
    {
        var parts = name.Split('.');
        return parts is not ["AiwgDaemon", var folder, _, ..] ? null
            : folder == "Sources" ? $"Sources.{parts[2]}"
            : folder;
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

internal class UsedBase;

internal sealed class UsedField;

internal sealed class UsedParameter;

internal sealed class UsedResult;

internal sealed class UsedLocal;

internal static class UsedCalled
{
    public static void Call() { }
}

internal sealed class UsedArgument;

internal sealed class UsedCaught : Exception;

/// <summary>Uses each type in another place, for the test of who finds them.</summary>
internal sealed class UserOfTypes : UsedBase
{
    private readonly List<UsedField[]> _field = [];

    public UsedResult? Use(UsedParameter parameter)
    {
        try
        {
            UsedCalled.Call();
            var local = (Array.Empty<UsedArgument>(), default(UsedLocal?));
            return local.GetHashCode() == parameter.GetHashCode() ? new UsedResult() : null;
        }
        catch (UsedCaught)
        {
            _field.Clear();
            return null;
        }
    }
}
