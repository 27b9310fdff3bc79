using System.Text;
using AiwgDaemon.Logging;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Tests.Logging;

public sealed class ConsoleLoggerProviderTests
{
    [Fact]
    public void All_lines_are_there_in_order_once_it_is_disposed()
    {
        var output = new MemoryStream();
        using (var provider = new ConsoleLoggerProvider(output, TimeProvider.System))
        {
            var logger = provider.CreateLogger("watch");
            for (var i = 0; i < 5000; i++) logger.LogInformation("line {Number}", i);
        }
        var lines = Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n');
        lines.Select(line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]).ShouldBe(Enumerable.Range(0, 5000).Select(i => $"line {i}"));
    }

    [Fact]
    public void A_reader_that_has_gone_holds_up_nobody()
    {
        using var provider = new ConsoleLoggerProvider(new Gone(), TimeProvider.System);
        var logger = provider.CreateLogger("watch");
        for (var i = 0; i < 10_000; i++) logger.LogInformation("line {Number}", i);
    }

    [Fact]
    public void Json_lines_have_the_values_of_the_message()
    {
        var output = new MemoryStream();
        using (var provider = new ConsoleLoggerProvider(output, TimeProvider.System) { Format = LogFormat.Json })
            provider.CreateLogger("watch").LogWarning("line {Number}", 7);
        Encoding.UTF8.GetString(output.ToArray()).ShouldContain("\"Number\":7");
    }

    private sealed class Gone : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("gone");
    }
}
