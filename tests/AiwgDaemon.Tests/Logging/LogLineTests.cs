using System.Buffers;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Logging;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Tests.Logging;

public sealed class LogLineTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 22, 9, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData("message", "message")]
    [InlineData("a\nb\r\tc", @"a\nb\r\tc")]
    [InlineData("\u001b[31m\u0000\u007f\u009b", @"\u001b[31m\u0000\u007f\u009b")]
    [InlineData("ü 漢 😀", "ü 漢 😀")]
    [InlineData("\u202eevil\u2028", @"\u202eevil\u2028")]
    public void Text_is_one_line_with_control_characters_escaped(string message, string shown) =>
        Text(LogFormat.Text, message).ShouldBe($"[2026-11-22T09:00:00.123Z] info watch: {shown}\n");

    // Not inline data: an attribute cannot hold half a surrogate pair.
    [Fact]
    public void A_byte_of_a_name_that_is_not_utf8_is_shown_as_such() =>
        Text(LogFormat.Text, "name\udcff.txt").ShouldEndWith(@" name\xff.txt" + "\n");

    [Fact]
    public void An_exception_stays_on_the_line() =>
        Text(LogFormat.Text, "failed", new InvalidOperationException("a\nb")).Count(c => c == '\n').ShouldBe(1);

    [Fact]
    public void Json_has_the_named_values_and_no_second_line()
    {
        var line = Text(LogFormat.Json, "a\n\"b\"");

        line.Count(c => c == '\n').ShouldBe(1);
        var json = JsonDocument.Parse(line).RootElement;
        json.EnumerateObject().Select(p => p.Name).ShouldBe(["timestamp", "level", "category", "message", "Path", "Count"]);
        json.GetProperty("timestamp").GetString().ShouldBe("2026-11-22T09:00:00.123Z");
        json.GetProperty("message").GetString().ShouldBe("a\n\"b\"");
        json.GetProperty("Count").GetInt32().ShouldBe(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_written_line_is_read_back_by_the_filter(bool json)
    {
        LogFilter
            .TryParse(Encoding.UTF8.GetBytes(Text(json ? LogFormat.Json : LogFormat.Text, "x")), out var time, out var level)
            .ShouldBeTrue();
        (time, level).ShouldBe((Nine, LogLevel.Information));
    }

    private static string Text(LogFormat format, string message, Exception? exception = null)
    {
        var line = new ArrayBufferWriter<byte>();
        KeyValuePair<string, object?>[] values = [new("Path", "src"), new("Count", 3), new("{OriginalFormat}", "x")];
        LogLine.Write(line, format, Nine, LogLevel.Information, "watch", values, message, exception);
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }
}
