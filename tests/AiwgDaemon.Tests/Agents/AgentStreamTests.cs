using System.Text;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Agents.Streams;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Agents;

/// <summary>The recordings are of the real programs (claude 2.1.197, codex 0.171.0) with a stand-in for the model. If the program
/// went on retrying, they end after 25 seconds.</summary>
public sealed class AgentStreamTests
{
    private const string First = "00000000-0000-4000-8000-000000000001";

    [Theory]
    [InlineData("claude", "ok", true, "none", "The file is made.")]
    [InlineData("claude", "text", true, "none", "The file is made.")]
    [InlineData("claude", "auth", false, "auth", "")]
    [InlineData("claude", "limit", false, "limit", "")]
    [InlineData("claude", "overloaded", false, "overloaded", "")]
    [InlineData("claude", "silent", false, "none", "")]
    [InlineData("claude", "broken", true, "bad_output", "API Error: ")]
    [InlineData("codex", "ok", true, "none", "The file is made.")]
    [InlineData("codex", "text", true, "none", "The file is made.")]
    [InlineData("codex", "auth", true, "auth", "")]
    [InlineData("codex", "limit", false, "limit", "")]
    [InlineData("codex", "overloaded", false, "overloaded", "")]
    [InlineData("codex", "silent", false, "none", "")]
    [InlineData("codex", "broken", true, "network", "")]
    public void A_recorded_stream_says_how_it_went(string program, string mode, bool ended, string reason, string text)
    {
        var report = Read(program, mode, int.MaxValue);

        report.Session.ShouldBe(First);
        report.Ended.ShouldBe(ended);
        report.Reason.Word().ShouldBe(reason);
        report.Text.ShouldStartWith(text);
        if (text.Length == 0) report.Text.ShouldBeEmpty();
        report.OpenTools.ShouldBe(0);
        report.Unread.ShouldBe(0);
        (report.Error is null).ShouldBe(reason == "none");
    }

    [Theory]
    [InlineData("claude", 0.0012000000000000001, 200, 40)]
    [InlineData("codex", null, 200, 20)]
    public void What_it_cost_is_as_the_program_says(string program, double? usd, long input, long output)
    {
        var report = Read(program, "ok", int.MaxValue);

        report.Usd.ShouldBe((decimal?)usd);
        report.InputTokens.ShouldBe(input);
        report.OutputTokens.ShouldBe(output);
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("codex")]
    public void The_same_is_read_whatever_the_parts_in_which_it_comes(string program)
    {
        var whole = Read(program, "ok", int.MaxValue);
        for (var size = 1; size < 40; size++) Read(program, "ok", size).ShouldBe(whole);
    }

    [Fact]
    public void A_tool_is_open_until_it_answers()
    {
        var stream = new AgentStream(StreamFormat.Codex);
        Write(stream, """{"type":"item.started","item":{"id":"item_1"}}""");
        stream.Report().OpenTools.ShouldBe(1);
        Write(stream, """{"type":"item.completed","item":{"id":"item_1"}}""");
        stream.Report().OpenTools.ShouldBe(0);
    }

    [Fact]
    public void A_program_that_got_over_its_error_has_none()
    {
        var stream = new AgentStream(StreamFormat.Claude);
        Write(stream, """{"type":"system","subtype":"api_retry","error_status":529,"error":"overloaded"}""");
        stream.Report().Reason.ShouldBe(FailureReason.Overloaded);
        Write(stream, """{"type":"assistant","message":{"content":[{"type":"text","text":"on it"}]}}""");
        stream.Report().Reason.ShouldBe(FailureReason.None);
        stream.Report().Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("It resets at 2026-11-29T10:00:00Z.", "2026-11-29T10:00:00Z")]
    [InlineData("Claude AI usage limit reached|1764410400", "2025-11-29T10:00:00Z")]
    [InlineData("resets soon", null)]
    [InlineData("at 2026-99-99T10:00:00Z", null)]
    public void The_end_of_a_limit_is_read_from_the_words(string text, string? until) =>
        ProviderError.Until(text).ShouldBe(until is null ? null : DateTimeOffset.Parse(until));

    [Theory]
    [InlineData("Invalid API key · Please run /login", null, "auth")]
    [InlineData("prompt is too long: 210000 tokens", 400, "context")]
    [InlineData("You've hit your limit · resets 3pm", null, "limit")]
    [InlineData("unexpected status 503 Service Unavailable", null, "overloaded")]
    [InlineData("connect ECONNREFUSED", null, "network")]
    [InlineData("something else", null, "process")]
    [InlineData(null, null, "process")]
    public void An_error_has_a_reason(string? text, int? status, string reason) =>
        ProviderError.Reason(text, status).Word().ShouldBe(reason);

    [Theory]
    [InlineData("--dangerously-skip-permissions")]
    [InlineData("a b")]
    [InlineData("../../x")]
    [InlineData("")]
    public void An_id_that_could_be_an_option_is_no_session(string id)
    {
        var stream = new AgentStream(StreamFormat.Codex);
        Write(stream, $$"""{"type":"thread.started","thread_id":"{{id}}"}""");
        stream.Report().Session.ShouldBeNull();
    }

    [Fact]
    public void Any_bytes_are_taken_and_memory_stays_bounded()
    {
        var random = new Random(11);
        var lines = Directory.GetFiles(Recordings).SelectMany(File.ReadAllLines).Select(Encoding.UTF8.GetBytes).ToArray();
        foreach (var format in Enum.GetValues<StreamFormat>())
        {
            var stream = new AgentStream(format);
            for (var i = 0; i < 4000; i++)
            {
                var line = lines[random.Next(lines.Length)].ToArray();
                for (var n = random.Next(4); n > 0; n--) line[random.Next(line.Length)] = (byte)random.Next(256);
                stream.Write(line.AsSpan(0, random.Next(line.Length + 1)));
                if (random.Next(3) > 0) stream.Write("\n"u8);
            }
            stream.Finish();
            var report = stream.Report();
            report.OpenTools.ShouldBeLessThanOrEqualTo(256);
            report.Text.Length.ShouldBeLessThanOrEqualTo(TextTail.Largest);
        }
    }

    [Fact]
    public void A_line_that_is_too_long_is_passed_over_and_the_next_is_read()
    {
        var stream = new AgentStream(StreamFormat.Codex);
        var part = new byte[1024 * 1024];
        for (var i = 0; i < 6; i++) stream.Write(part);
        Write(stream, "");
        Write(stream, $$"""{"type":"thread.started","thread_id":"{{First}}"}""");

        stream.Report().Unread.ShouldBe(1);
        stream.Report().Session.ShouldBe(First);
    }

    private static string Recordings => Path.Combine(Repository.Root, "tests", "AiwgDaemon.Tests", "Agents", "Recordings");

    private static StreamReport Read(string program, string mode, int size)
    {
        var stream = new AgentStream(program == "claude" ? StreamFormat.Claude : StreamFormat.Codex);
        var bytes = File.ReadAllBytes(Path.Combine(Recordings, $"{program}-{mode}.jsonl"));
        foreach (var part in bytes.Chunk(Math.Min(size, bytes.Length))) stream.Write(part);
        stream.Finish();
        return stream.Report();
    }

    private static void Write(AgentStream stream, string line) => stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
}
