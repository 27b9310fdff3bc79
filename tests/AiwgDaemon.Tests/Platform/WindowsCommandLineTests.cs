using AiwgDaemon.Platform;

namespace AiwgDaemon.Tests.Platform;

/// <summary>A program on Windows gets one string and takes it apart itself, by the rules of CommandLineToArgvW.</summary>
public sealed class WindowsCommandLineTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData(@"C:\dir\", "\"C:\\dir\\\\\"")]
    [InlineData(@"a\b", "\"a\\b\"")]
    [InlineData("back\\\"slash", "\"back\\\\\\\"slash\"")]
    public void An_argument_arrives_as_it_was(string argument, string expected) =>
        WindowsCommandLine.Of(Options(argument)).ShouldBe($"\"tool\" {expected}\0");

    [Fact]
    public void Raw_arguments_stand_as_they_are_for_cmd() =>
        WindowsCommandLine.Of(Options("/c", "\"dir \"C:\\x y\"\"") with { ArgumentsAreRaw = true })
            .ShouldBe("\"tool\" /c \"dir \"C:\\x y\"\"\0");

    [Fact]
    public void The_environment_is_sorted_without_regard_to_case_and_ends_with_two_NULs() =>
        WindowsCommandLine.EnvironmentOf(Options()).ShouldBe("a=1\0B=2\0c=3\0\0");

    private static SpawnOptions Options(params string[] arguments) => new()
    {
        Program = "tool",
        Arguments = arguments,
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["c"] = "3", ["B"] = "2", ["a"] = "1" },
    };
}
