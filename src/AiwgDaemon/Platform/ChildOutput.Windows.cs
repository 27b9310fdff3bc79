namespace AiwgDaemon.Platform;

// Windows: anonymous pipes cannot be polled, so each child has a thread that reads. If a grandchild keeps the pipe open
// that thread lives as long as it does, without a word to the sink.
internal sealed partial class ChildOutput
{
    private Thread? _reader;

    private void AttachWindows()
    {
        _reader = new Thread(ReadWindows, maxStackSize: 256 * 1024) { IsBackground = true, Name = "action output" };
        _reader.Start();
    }

    private void ReadWindows()
    {
        try
        {
            using var stream = new FileStream(_pipe, FileAccess.Read, bufferSize: 0);
            var buffer = new byte[64 * 1024];
            while (stream.Read(buffer, 0, buffer.Length) is > 0 and var count)
            {
                lock (_lock)
                {
                    if (_closed) break;
                    _sink(buffer.AsSpan(0, count));
                }
            }
        }
        catch (IOException)
        {
            // A broken pipe is the end of the output.
        }
    }

    private void FinishWindows()
    {
        _ = _reader?.Join(TimeSpan.FromSeconds(1));
        lock (_lock) _closed = true;
    }
}
