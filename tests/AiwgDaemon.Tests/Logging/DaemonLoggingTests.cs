using AiwgDaemon.Logging;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Tests.Logging;

public sealed class DaemonLoggingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Level_and_format_change_while_it_runs_and_libraries_speak_from_warnings_on()
    {
        var path = _directory.Combine("daemon.log");
        using (var logging = DaemonLogging.Create(new LogOptions(), path, console: false, TimeProvider.System))
        {
            var own = logging.For("watch");
            var library = logging.For("Microsoft.AspNetCore.Hosting");
            own.LogDebug("hidden");
            library.LogInformation("hidden");
            library.LogWarning("library");
            logging.Apply(new LogOptions { Level = LogLevel.Debug, Format = LogFormat.Json });
            own.LogDebug("shown");
        }
        var lines = File.ReadAllLines(path);
        lines.Length.ShouldBe(2);
        lines[0].ShouldEndWith(" warn Microsoft.AspNetCore.Hosting: library");
        lines[1].ShouldContain("\"message\":\"shown\"");
    }
}
