namespace AiwgDaemon.Logging;

/// <summary>
/// The log lines of the foreground: the same as in the file, no colour, written to standard output by a thread of its own. A
/// terminal that stands still holds up nobody until 2,500 lines wait for it; then whoever logs waits too. Once the
/// reader has gone, lines are let go: the file has them.
/// </summary>
internal sealed class ConsoleLoggerProvider : LineLoggerProvider
{
    private const int MostWaiting = 2500;
    private static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(1500);

    private readonly Queue<byte[]> _lines = new();
    private readonly Stream _output;
    private readonly Thread _thread;
    private bool _ended;

    public ConsoleLoggerProvider(Stream output, TimeProvider time) : base(time)
    {
        _output = output;
        _thread = new Thread(WriteLines) { IsBackground = true, Name = "console" };
        _thread.Start();
    }

    /// <summary>Waits for the last lines, but not for ever: standard output may never take them.</summary>
    public override void Dispose()
    {
        lock (_lines)
        {
            _ended = true;
            Monitor.PulseAll(_lines);
        }
        _thread.Join(LastLines);
    }

    protected override void Take(ReadOnlySpan<byte> line, bool urgent)
    {
        var own = line.ToArray();
        lock (_lines)
        {
            while (_lines.Count >= MostWaiting && !_ended) Monitor.Wait(_lines);
            if (_ended) return;
            _lines.Enqueue(own);
            Monitor.PulseAll(_lines);
        }
    }

    private void WriteLines()
    {
        try
        {
            while (Next() is { } line) _output.Write(line);
        }
        catch (IOException)
        {
            // Nobody reads standard output any more. Nor is anybody to wait for it.
            lock (_lines)
            {
                _ended = true;
                Monitor.PulseAll(_lines);
            }
        }
    }

    private byte[]? Next()
    {
        lock (_lines)
        {
            while (_lines.Count == 0 && !_ended) Monitor.Wait(_lines);
            if (_lines.Count == 0) return null;
            var line = _lines.Dequeue();
            Monitor.PulseAll(_lines);
            return line;
        }
    }
}
