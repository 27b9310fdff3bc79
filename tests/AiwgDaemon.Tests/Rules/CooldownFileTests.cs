using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

public sealed class CooldownFileTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, string?> _issues = [];

    [Theory]
    [InlineData("")]
    [InlineData("{\"r\":\"2026-1")]
    [InlineData("\0\0\0\0")]
    [InlineData("[]")]
    [InlineData("{\"r\":5}")]
    [InlineData("null")]
    public void A_file_that_cannot_be_read_is_set_aside_named_and_written_anew(string content)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("cooldowns.json");
        File.WriteAllText(path, content);
        Open(path).ShouldBeEmpty();
        _issues["rules.cooldowns.damaged"].ShouldNotBeNull().ShouldContain(path);
        File.ReadAllText(path + ".damaged-1").ShouldBe(content);

        Note(path);
        var table = new CooldownTable();
        table.Restore(Open(path));
        table.Remaining(Rule, Now.AddMinutes(1)).ShouldBe(TimeSpan.FromMinutes(4));
    }

    [Fact]
    public void A_directory_or_a_link_in_its_place_is_set_aside_and_what_the_link_leads_to_is_left_alone()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("making a link needs a privilege there");
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("cooldowns.json");
        Directory.CreateDirectory(Path.Combine(path, "inside"));
        Open(path);
        Directory.Exists(Path.Combine(path + ".damaged-1", "inside")).ShouldBeTrue();

        var foreign = directory.Combine("foreign");
        File.WriteAllText(foreign, "{}");
        File.CreateSymbolicLink(path, foreign);
        Open(path).ShouldBeEmpty();
        Note(path);
        File.ReadAllText(foreign).ShouldBe("{}");
        new FileInfo(path).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public void The_newest_five_that_were_set_aside_are_kept()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("cooldowns.json");
        for (var i = 1; i <= 12; i++)
        {
            File.WriteAllText(path, $"damage {i}");
            Open(path);
        }
        Directory
            .GetFiles(directory.Path)
            .Select(Path.GetExtension)
            .ShouldBe([".damaged-8", ".damaged-9", ".damaged-10", ".damaged-11", ".damaged-12"], ignoreOrder: true);
    }

    private static readonly Rule Rule = MatcherTests.Rule("r", new EventMatch()) with { Cooldown = TimeSpan.FromMinutes(5) };

    private CooldownFile At(string path) => new(path, (key, message, _) => _issues[key] = message);

    private IReadOnlyDictionary<string, DateTimeOffset> Open(string path) => At(path).Read();

    private void Note(string path) => At(path).Write(new CooldownTable().Note(Rule, Now)!);
}
