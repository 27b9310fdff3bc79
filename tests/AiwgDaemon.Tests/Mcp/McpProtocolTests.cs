using System.Text;
using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Cli;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Mcp;

/// <summary>The protocol by the book, message by message, and what is none.</summary>
public sealed class McpProtocolTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2024-11-05", "2025-11-25")]
    [InlineData("soon", "2025-11-25")]
    public void A_known_version_is_taken_and_of_another_one_the_newest_is_offered(string asked, string answered) =>
        Ask($$$"""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"protocolVersion":"{{{asked}}}" } }""")
            .ShouldHaveSingleItem()
            .GetProperty("result")
            .GetProperty("protocolVersion")
            .GetString()
            .ShouldBe(answered);

    [Theory]
    [InlineData("{", -32700, "null")]
    [InlineData("\"\u00ff\"", -32700, "null")]
    [InlineData("{} {}", -32700, "null")]
    [InlineData("1", -32600, "null")]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", -32600, "null")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", -32600, "null")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7}", -32600, "7")]
    [InlineData("{\"jsonrpc\":\"1.0\",\"id\":7,\"method\":\"ping\"}", -32600, "7")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"none\"}", -32601, "\"a\"")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{}}", -32602, "7")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"none\"}}", -32602, "7")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{\"cursor\":\"x\"}}", -32602, "7")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"resources/read\",\"params\":{\"uri\":\"aiwg://none\"}}", -32002, "7")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"aiwg://none\"}}", -32002, "7")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"prompts/get\",\"params\":{\"name\":\"../x\"}}", -32602, "7")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"logging/setLevel\",\"params\":{\"level\":\"loud\"}}", -32602, "7")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"completion/complete\"}", -32602, "7")]
    public void Each_error_has_its_code_and_the_id_of_its_request(string message, int code, string id)
    {
        var answer = Ask(Encoding.Latin1.GetBytes(message)).ShouldHaveSingleItem();
        answer.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(code);
        answer.GetProperty("id").GetRawText().ShouldBe(id);
    }

    [Fact]
    public void What_is_no_request_gets_no_answer() =>
        Ask(
                """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
                """{"jsonrpc":"2.0","method":"none"}""",
                """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}""",
                """{"jsonrpc":"2.0","id":3,"result":{}}""",
                ""
            )
            .ShouldBeEmpty();

    [Fact]
    public void That_no_daemon_runs_is_told_to_who_wants_to_hear_it()
    {
        const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"status"}}""";
        Ask(Call).ShouldHaveSingleItem();
        Ask("""{"jsonrpc":"2.0","id":0,"method":"logging/setLevel","params":{"level":"notice"}}""", Call)[1]
            .GetProperty("params")
            .GetProperty("data")
            .GetString()!
            .ShouldStartWith("No daemon is running");
    }

    [Fact]
    public void A_message_that_is_too_long_is_passed_over_and_the_next_one_answered()
    {
        var answers = Ask([.. new byte[5 * 1024 * 1024].Select(_ => (byte)'x'), .. "\n"u8, .. Ping("9")]);
        answers[^1].GetProperty("id").GetString().ShouldBe("9");
    }

    [Fact]
    public void Prompts_of_the_project_have_their_names_and_arguments()
    {
        Directory.CreateDirectory(_directory.Combine("prompts"));
        File.WriteAllText(_directory.Combine("prompts", "review.md"), "# Review a file\n\nLook at {{path}} and {{ path }}, not {{event.x}}.\n");
        File.WriteAllText(_directory.Combine("prompts", "plain.md"), "Say hello.");
        var prompts = Ask("""{"jsonrpc":"2.0","id":1,"method":"prompts/list"}""")[0].GetProperty("result").GetProperty("prompts");
        prompts.EnumerateArray().Select(p => p.GetProperty("name").GetString()).ShouldBe(["plain", "review"]);
        prompts[1].GetProperty("description").GetString().ShouldBe("Review a file");
        prompts[1].GetProperty("arguments").EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("path");
        Get("""{"name":"review","arguments":{"path":"{{path}}"}}""")
            .GetProperty("result")
            .GetProperty("messages")[0]
            .GetProperty("content")
            .GetProperty("text")
            .GetString()!
            .ShouldContain("Look at {{path}} and {{path}}, not {{event.x}}.");
        Get("""{"name":"review"}""").GetProperty("error").GetProperty("message").GetString()!.ShouldContain("'path'");

        JsonElement Get(string parameters) =>
            Ask($$"""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{{parameters}}}""").ShouldHaveSingleItem();
    }

    [Fact]
    public void Twenty_thousand_frames_of_noise_end_nothing()
    {
        string[] frames =
        [
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}""",
            """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"cron_next","arguments":{"expression":"* * * * *"}}}""",
            """{"jsonrpc":"2.0","id":"x","method":"resources/read","params":{"uri":"aiwg://tasks/1"}}""",
            """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}""",
            """{"jsonrpc":"2.0","id":4,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"a"},"argument":{"value":""}}}""",
        ];
        var random = new Random(20261129);
        using var input = new MemoryStream();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(frames[random.Next(frames.Length)]);
            for (var changes = random.Next(4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"{}[]\":,0\\ \n"[random.Next(11)];
            input.Write(bytes.AsSpan(0, random.Next(5) == 0 ? random.Next(bytes.Length) : bytes.Length));
            input.Write("\n"u8);
        }
        input.Write(Ping("last"));
        Ask(input.ToArray()).ShouldContain(answer => answer.GetProperty("id").ToString() == "last");
    }

    private static byte[] Ping(string id) => Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":"{{id}}","method":"ping"}""" + "\n");

    private List<JsonElement> Ask(params string[] messages) => Ask(Encoding.UTF8.GetBytes(string.Join('\n', messages)));

    private List<JsonElement> Ask(byte[] input)
    {
        using var output = new MemoryStream();
        McpCommand.Serve(new ProjectPaths(_directory.Path), Access.Control, new MemoryStream(input), output);
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement.Clone())];
    }
}
