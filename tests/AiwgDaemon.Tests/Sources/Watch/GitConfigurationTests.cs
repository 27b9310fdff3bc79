using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>core.excludesFile of a repository, beside what git itself says. All is in the repository's own configuration, whose user is
/// whoever tests.</summary>
public sealed class GitConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("[core]\n\texcludesFile = ROOT/ign ; mine\n", "")]
    [InlineData("[core] excludesFile = ROOT/ign\n", "")]
    [InlineData("[include]\n\tpath = ROOT/more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData("[include]\n\tpath = ../more\n", "[core]\nexcludesFile = ign\n")]
    [InlineData("[core]\nexcludesFile = early\n[include]\n\tpath = ../more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData("[include]\n\tpath = ../more\n[core]\nexcludesFile = late\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData("[includeIf \"gitdir:ROOT/\"]\n\tpath = ../more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData("[includeIf \"gitdir:ROOT\"]\n\tpath = ../more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData("[includeIf \"gitdir:**/.git\"]\n\tpath = ../more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData("[includeIf \"gitdir:elsewhere/\"]\n\tpath = ../more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData("[includeIf \"onbranch:top*\"]\n\tpath = ../more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData("[includeIf \"onbranch:other\"]\n\tpath = ../more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData(
        "[remote \"o\"]\nurl = https://example.org/x\n[includeIf \"hasconfig:remote.*.url:https://example.org/**\"]\n\tpath = ../more\n",
        "[core]\nexcludesFile = ROOT/ign\n"
    )]
    [InlineData("[includeIf \"hasconfig:remote.*.url:https://example.org/**\"]\n\tpath = ../more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    [InlineData("[includeIf \"unheard:of\"]\n\tpath = ../more\n", "[core]\nexcludesFile = ROOT/ign\n")]
    public async Task The_excludes_file_is_the_one_that_git_finds(string configuration, string included)
    {
        Assert.SkipUnless(Git.IsInstalled, "git is not installed: there is no oracle");
        await Git.Run(_directory.Path, "init", "-q");
        await Git.Run(_directory.Path, "symbolic-ref", "HEAD", "refs/heads/topic");
        File.AppendAllText(_directory.Combine(".git", "config"), configuration.Replace("ROOT", _directory.Path));
        File.WriteAllText(_directory.Combine("more"), included.Replace("ROOT", _directory.Path));

        var expected = (await Git.Run(_directory.Path, "config", "--type=path", "--get", "core.excludesFile")).Trim();

        var found = GitConfiguration.GlobalExcludes(_directory.Path);
        if (expected.Length == 0) found.ShouldNotBe(_directory.Combine("ign"));
        else found.ShouldBe(Path.GetFullPath(expected, _directory.Path));
    }

    [Fact]
    public void Files_that_include_each_other_come_to_an_end()
    {
        Directory.CreateDirectory(_directory.Combine(".git"));
        File.WriteAllText(_directory.Combine(".git", "config"), "[include]\npath = config\n[core]\nexcludesFile = x\n");
        GitConfiguration.GlobalExcludes(_directory.Path).ShouldBe(_directory.Combine("x"));
    }

    [Fact]
    public void An_empty_value_means_none()
    {
        Directory.CreateDirectory(_directory.Combine(".git"));
        File.WriteAllText(_directory.Combine(".git", "config"), "[core]\nexcludesFile =\n");
        GitConfiguration.GlobalExcludes(_directory.Path).ShouldBeNull();
    }
}
