using AiwgDaemon.Logging;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Extensions.Logging;
using Serilog;

namespace AiwgDaemon.Benchmarks;

/// <summary>
/// Lines of 100 bytes into a file that rotates at 50 MB: the writer beside a bare FileStream with the same buffer, and a
/// logger beside Serilog's file sink, flushed each (as it comes) and buffered.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
#pragma warning disable CA1001 // The benchmark's own cleanup closes them.
public partial class LogWriterBenchmarks
#pragma warning restore CA1001
{
    private const int Lines = 100_000;

    private readonly byte[] _line = [.. Enumerable.Repeat((byte)'x', 99), (byte)'\n'];
    private string _directory = "";
    private FileStream _stream = null!;
    private RollingFileWriter _writer = null!, _loggerWriter = null!;
    private FileLoggerProvider _provider = null!;
    private Microsoft.Extensions.Logging.ILogger _logger = null!;
    private readonly Nowhere _nowhere = new();
    private Serilog.Core.Logger _serilog = null!, _serilogBuffered = null!;

    [GlobalSetup]
    public void Open()
    {
        _directory = Directory.CreateTempSubdirectory("aiwg-bench-").FullName;
        _stream = Bare();
        _writer = Writer("ours");
        _loggerWriter = Writer("logger");
        _provider = new FileLoggerProvider(_loggerWriter, TimeProvider.System);
        _logger = _provider.CreateLogger("watch");
        _serilog = Theirs("serilog", buffered: false);
        _serilogBuffered = Theirs("serilog-buffered", buffered: true);
    }

    [GlobalCleanup]
    public void Close()
    {
        _stream.Dispose();
        _writer.Dispose();
        _provider.Dispose();
        _serilog.Dispose();
        _serilogBuffered.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Lines), BenchmarkCategory("1 bytes")]
    public void Writer()
    {
        for (var i = 0; i < Lines; i++) _writer.Write(_line);
    }

    [Benchmark(OperationsPerInvoke = Lines), BenchmarkCategory("1 bytes")]
    public void BareFileStream()
    {
        // Bounded as ours is: a file of 50 MB and the one before it, for giving back what has reached the disk costs as well.
        if (_stream.Length > 50 * 1024 * 1024)
        {
            _stream.Dispose();
            File.Move(Path.Combine(_directory, "bare"), Path.Combine(_directory, "bare.1"), overwrite: true);
            _stream = Bare();
        }
        for (var i = 0; i < Lines; i++) _stream.Write(_line);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Lines), BenchmarkCategory("2 log calls")]
    public void Logger()
    {
        for (var i = 0; i < Lines; i++) Received(_logger, "watch", "file.modify", "src/Bus/EventBus.cs", i);
    }

    // The limit of a log call: what the generated method and Microsoft.Extensions.Logging's formatter take, before a line is written.
    [Benchmark(OperationsPerInvoke = Lines), BenchmarkCategory("2 log calls")]
    public void MessageAlone()
    {
        for (var i = 0; i < Lines; i++) Received(_nowhere, "watch", "file.modify", "src/Bus/EventBus.cs", i);
    }

    [Benchmark(OperationsPerInvoke = Lines), BenchmarkCategory("2 log calls")]
    public void SerilogFileSink()
    {
        for (var i = 0; i < Lines; i++)
            _serilog.Information("Event received: {Source} - {Type} {Subject} {Number}", "watch", "file.modify", "src/Bus/EventBus.cs", i);
    }

    [Benchmark(OperationsPerInvoke = Lines), BenchmarkCategory("2 log calls")]
    public void SerilogFileSinkBuffered()
    {
        for (var i = 0; i < Lines; i++)
            _serilogBuffered.Information(
                "Event received: {Source} - {Type} {Subject} {Number}",
                "watch",
                "file.modify",
                "src/Bus/EventBus.cs",
                i
            );
    }

    private FileStream Bare() => new(Path.Combine(_directory, "bare"), FileMode.Append, FileAccess.Write, FileShare.Read, 64 * 1024);

    private RollingFileWriter Writer(string name) =>
        RollingFileWriter.Open(
            Path.Combine(_directory, name), new LogOptions { MaxSizeMb = 50, MaxFiles = 1 }, TimeProvider.System, _ => [], _ => { });

    private Serilog.Core.Logger Theirs(string name, bool buffered) =>
        new LoggerConfiguration()
            .WriteTo.File(
                Path.Combine(_directory, name),
                fileSizeLimitBytes: 50 * 1024 * 1024,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: 2,
                buffered: buffered
            )
            .CreateLogger();

    private sealed class Nowhere : Microsoft.Extensions.Logging.ILogger
    {
        public int Length { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Length = formatter(state, exception).Length;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Event received: {Source} - {Type} {Subject} {Number}")]
    private static partial void Received(
        Microsoft.Extensions.Logging.ILogger logger,
        string source,
        string type,
        string subject,
        int number
    );
}
