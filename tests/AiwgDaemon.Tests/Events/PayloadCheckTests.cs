using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Cli;

namespace AiwgDaemon.Tests.Events;

public sealed class PayloadCheckTests
{
    [Theory]
    [InlineData("""{}""")]
    [InlineData("""null""")]
    [InlineData("""{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}""")]
    [InlineData("""{"a": 1, "A": 2}""")]
    [InlineData("""["\ud83d\ude00", "\u0000", "\\ud800"]""")]
    public void What_every_reader_understands_alike_is_taken(string json) => FaultOf(json).ShouldBeNull();

    [Theory]
    [InlineData("""{"a": 1, "a": 1}""")]
    [InlineData("""[{"x": {"a": 1, "b": 2, "\u0061": 3}}]""")]
    public void A_key_that_is_there_twice_is_a_fault(string json) =>
        FaultOf(json).ShouldBe("has the same key twice in one object; give each key once");

    [Theory]
    [InlineData("""["\ud800"]""")]
    [InlineData("""["\udc00\ud800"]""")]
    [InlineData("""{"\ud83d": 1}""")]
    [InlineData("""{"a": "x\ud83dy"}""")]
    public void Half_a_surrogate_pair_is_a_fault(string json) =>
        FaultOf(json).ShouldNotBeNull().ShouldContain("half a surrogate pair at byte");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    public void What_is_no_json_is_told_apart(string json) => Should.Throw<JsonException>(() => FaultOf(json));

    [Theory]
    [InlineData(
        "emit t --payload",
        """{"a":1,"a":2}""",
        "aiwg-daemon: --payload has the same key twice in one object; give each key once\n"
    )]
    [InlineData(
        "emit t --payload",
        "\"\\ud800\"",
        "aiwg-daemon: --payload has half a surrogate pair at byte 1, which is no character; write both halves, or the character itself\n"
    )]
    [InlineData(
        "rules test --source manual --type t --payload",
        """{"a":1,"a":2}""",
        "aiwg-daemon: --payload has the same key twice in one object; give each key once\n"
    )]
    public void A_command_says_so_before_it_looks_for_a_daemon(string command, string payload, string said)
    {
        using var directory = new AiwgDaemon.Tests.Support.TemporaryDirectory();
        Directory.CreateDirectory(directory.Combine(".aiwg"));
        File.WriteAllText(directory.Combine(".aiwg", "daemon.yaml"), "watch: { enabled: false }\n");
        using var output = new StringWriter();
        using var error = new StringWriter { NewLine = "\n" };
        CommandLine.Run([.. command.Split(' '), payload, "--project", directory.Path], output, error).ShouldBe(2, error.ToString());
        error.ToString().ShouldBe(said);
    }

    private static string? FaultOf(string json) => PayloadCheck.Fault(Encoding.UTF8.GetBytes(json));
}
