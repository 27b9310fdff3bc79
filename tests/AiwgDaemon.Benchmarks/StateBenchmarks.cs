using System.Buffers;
using System.Text.Json;
using AiwgDaemon.State;
using BenchmarkDotNet.Attributes;

namespace AiwgDaemon.Benchmarks;

/// <summary>The document state.json with so many recent actions: into memory, and as a heartbeat writes it (a new file in its
/// place).</summary>
[MemoryDiagnoser]
public class StateBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private DaemonState _state = StateDefaults.Empty;
    private StateStore _store = null!;
    private string _directory = "";

    [Params(0, 20)]
    public int Actions { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _directory = Directory.CreateTempSubdirectory("aiwg-bench-").FullName;
        _store = new StateStore(Path.Combine(_directory, "state.json"));
        var action = new ActionRecord
        {
            Id = "0199a1b2-0001",
            RuleId = "test-on-save",
            EventId = Guid.NewGuid(),
            Type = "shell",
            Command = "npm test -- --watch=false",
            Status = ActionStatus.Completed,
            Attempt = 1,
            QueuedAt = DateTimeOffset.UnixEpoch,
            StartedAt = DateTimeOffset.UnixEpoch,
            CompletedAt = DateTimeOffset.UnixEpoch,
            Pid = 4711,
            ExitCode = 0,
            OutputPath = ".aiwg/daemon/actions/0199a1b2-0001.log",
        };
        _state = StateDefaults.Empty with
        {
            Pid = 4711,
            Version = "1.0.0",
            ConfigPath = ".aiwg/daemon.yaml",
            Running = true,
            RecentActions = [.. Enumerable.Repeat(action, Actions)],
        };
        Serialize();
        Console.WriteLine($"// state.json with {Actions} actions: {_buffer.WrittenCount} bytes");
    }

    [GlobalCleanup]
    public void Remove() => Directory.Delete(_directory, recursive: true);

    [Benchmark(Baseline = true)]
    public int Serialize()
    {
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Indented = true }))
            JsonSerializer.Serialize(writer, _state, StateJsonContext.Default.DaemonState);
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public void Replace() => _store.Write(_state);
}
