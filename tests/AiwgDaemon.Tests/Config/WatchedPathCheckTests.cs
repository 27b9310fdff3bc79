using System.Text;
using AiwgDaemon.Config;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Config;

/// <summary>Watched paths that look like patterns, and patterns that begin at the root of the filesystem.</summary>
public sealed class WatchedPathCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public WatchedPathCheckTests() => Directory.CreateDirectory(_directory.Combine(".aiwg"));

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(
        "src/*.ts",
        "watch.paths[0].path: \"src/*.ts\" is a name and no pattern here, and nothing of that name is there (write \"src/\" with "
            + "extensions: [\".ts\"], and the pattern as path_pattern of a rule)"
    )]
    [InlineData(
        "**/*.{js,ts}",
        "watch.paths[0].path: \"**/*.{js,ts}\" is a name and no pattern here, and nothing of that name is there (write \".\", and the "
            + "pattern as path_pattern of a rule)"
    )]
    [InlineData("there[1]", null)]
    [InlineData("src/", null)]
    public void A_watched_path_with_a_wildcard_is_warned_about_unless_it_is_there(string path, string? warning)
    {
        Directory.CreateDirectory(_directory.Combine("there[1]"));
        var result = Load($"watch: {{paths: ['{path}']}}\n");
        result.Errors.ShouldBeEmpty();
        if (warning is null) result.Warnings.ShouldBeEmpty();
        else result.Warnings.ShouldHaveSingleItem().ToString().ShouldEndWith(warning);
    }

    [Theory]
    [InlineData("/outside", "/outside/**/*.txt", null)]
    [InlineData("/outside/", "/outside/a", null)]
    [InlineData("/outside/deep", "/outside/**", null)]
    [InlineData("/", "/var/log/*", null)]
    [InlineData("../beside", "PARENT/beside/**", null)]
    [InlineData("/outside", "/outsider/**", "no watched path lies there")]
    [InlineData("src", "/src/**", "write \"src/**\" for what is in the project, or add the directory to watch.paths")]
    [InlineData("src", "ROOT/src/**", "write \"src/**\"")]
    [InlineData("ROOT/src", "ROOT/src/**", "write \"src/**\"")]
    [InlineData("../beside", "../beside/**", "or the absolute path for what is outside of the project")]
    public void An_absolute_pattern_is_for_what_is_watched_outside_of_the_project(string path, string pattern, string? error)
    {
        var result = Load($$"""
            watch: {paths: ["{{Placed(path)}}"]}
            rules: [{id: r, event: {source: watch, path_pattern: "{{Placed(pattern)}}"}, action: {type: shell, command: ls} } ]
            """);
        if (error is null) result.Errors.ShouldBeEmpty();
        else result.Errors.ShouldHaveSingleItem().ToString().ShouldContain(error);
    }

    private string Placed(string path) => path.Replace("ROOT", _directory.Path).Replace("PARENT", Path.GetDirectoryName(_directory.Path));

    private ConfigDocument Load(string yaml) =>
        ConfigDocument.Read(
            Encoding.UTF8.GetBytes(yaml),
            _directory.Combine(".aiwg", "daemon.yaml"),
            new ConfigSurroundings { Variable = _ => null }
        );
}
