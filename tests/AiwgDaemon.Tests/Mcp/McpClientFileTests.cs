using System.Text.Json;
using AiwgDaemon.Mcp;

namespace AiwgDaemon.Tests.Mcp;

/// <summary>Our server in the files of clients, beside what is there.</summary>
public sealed class McpClientFileTests
{
    private static readonly string[] Words = ["aiwg-daemon", "mcp"];

    public static TheoryData<string> Clients => [.. McpHost.All.Select(client => client.Name)];

    public static TheoryData<string> JsonClients => [.. McpHost.All.Where(client => !client.IsToml).Select(client => client.Name)];

    [Theory]
    [MemberData(nameof(Clients))]
    public void A_file_that_is_not_there_gets_our_server_alone_and_a_second_time_changes_nothing(string name)
    {
        var client = Client(name);
        var text = McpClientFile.Add(client, "", Words).ShouldNotBeNull();
        McpClientFile.Add(client, text, Words).ShouldBeNull();
        if (client.IsToml)
        {
            text.ShouldBe("[mcp_servers.aiwg]\ncommand = \"aiwg-daemon\"\nargs = [\"mcp\"]\n");
            return;
        }
        using var document = JsonDocument.Parse(text);
        var ours = document.RootElement.GetProperty(client.Section).GetProperty("aiwg");
        var command = ours.GetProperty("command");
        if (command.ValueKind == JsonValueKind.Array) command.EnumerateArray().Select(word => word.GetString()).ShouldBe(Words);
        else (command.GetString(), ours.GetProperty("args")[0].GetString()).ShouldBe(("aiwg-daemon", "mcp"));
    }

    [Theory]
    [MemberData(nameof(JsonClients))]
    public void What_is_there_stays_as_it_is_written(string name)
    {
        var client = Client(name);
        const string Other = "{ \"command\":  \"npx\", \"n\": 1.50, \"é\": \"\\u00e9 <b>\" }";
        const string Rest = "[ 1,2 ]";
        var text = McpClientFile.Add(client, $"{{\"rest\": {Rest}, \"{client.Section}\": {{\"other\": {Other}}}}}", Words).ShouldNotBeNull();
        text.ShouldContain(Other);
        text.ShouldContain(Rest);
        using var document = JsonDocument.Parse(text);
        document.RootElement.GetProperty(client.Section).EnumerateObject().Select(member => member.Name).ShouldBe(["other", "aiwg"]);
    }

    [Fact]
    public void Toml_is_only_added_to()
    {
        const string Before = "# mine\nmodel = \"x\"\n\n[mcp_servers.other]\ncommand = \"npx\"";
        McpClientFile
            .Add(Client("codex"), Before, ["C:\\a b\\aiwg-daemon.exe", "mcp", "--allow", "submit"])
            .ShouldBe(Before + "\n\n[mcp_servers.aiwg]\ncommand = \"C:\\\\a b\\\\aiwg-daemon.exe\"\nargs = [\"mcp\", \"--allow\", \"submit\"]\n");
    }

    [Theory]
    [InlineData("claude", "{ // mine\n}", "no plain JSON")]
    [InlineData("claude", "[1]", "no JSON object")]
    [InlineData("claude", """{"mcpServers": 7}""", "something else as 'mcpServers'")]
    [InlineData("claude", """{"mcpServers": {"aiwg": {"command": "other"}}}""", "another server 'aiwg'")]
    [InlineData("codex", "[mcp_servers.aiwg]\ncommand = \"other\"\n", "another server 'aiwg'")]
    public void What_could_be_harmed_is_refused(string name, string content, string why) =>
        Should.Throw<McpFileException>(() => McpClientFile.Add(Client(name), content, Words)).Message.ShouldContain(why);

    private static McpHost Client(string name) => McpHost.All.Single(client => client.Name == name);
}
