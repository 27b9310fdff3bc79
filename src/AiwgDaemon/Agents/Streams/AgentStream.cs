using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Agents.Providers;

namespace AiwgDaemon.Agents.Streams;

/// <summary>Reads the output of an agent as it comes. Takes any bytes; its memory is bounded by <see cref="LongestLine"/>. A line that is
/// longer, or is no JSON of the expected shape, is counted and passed over.</summary>
internal sealed class AgentStream(StreamFormat format)
{
    /// <summary>In bytes.</summary>
    public const int LongestLine = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly StreamFacts _facts = new();
    private readonly TextTail? _tail = format == StreamFormat.Text ? new TextTail() : null;
    private ArrayBufferWriter<byte> _line = new();
    private bool _tooLong;

    /// <summary>The next part of the output; what it says is in <see cref="Report"/> when its line is complete.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_tail is { } tail)
            {
                tail.Write(bytes);
                return;
            }
            while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
            {
                Append(bytes[..end]);
                EndLine();
                bytes = bytes[(end + 1)..];
            }
            Append(bytes);
        }
    }

    /// <summary>After the end of the program: what it wrote last need not end with a line break.</summary>
    public void Finish()
    {
        lock (_lock) EndLine();
    }

    /// <summary>Null until the program tells.</summary>
    public string? Session
    {
        get
        {
            lock (_lock) return _facts.Session;
        }
    }

    public StreamReport Report()
    {
        lock (_lock) return _tail is { } tail ? _facts.ToReport() with { Text = tail.Text } : _facts.ToReport();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_tooLong) return;
        if (_line.WrittenCount + bytes.Length <= LongestLine)
        {
            _line.Write(bytes);
            return;
        }
        _tooLong = true;
        Clear();
    }

    private void EndLine()
    {
        var line = _line.WrittenMemory;
        if (_tooLong) _facts.Unread++;
        else if (!line.Span.Trim(" \r\t"u8).IsEmpty) ReadJson(line);
        _tooLong = false;
        Clear();
    }

    private void ReadJson(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = new JsonView(document.RootElement);
            switch (format)
            {
                case StreamFormat.Claude:
                    ClaudeLines.Read(root, _facts);
                    break;
                case StreamFormat.Codex:
                    CodexLines.Read(root, _facts);
                    break;
                case StreamFormat.OpenCode:
                    OpenCodeLines.Read(root, _facts);
                    break;
                default:
                    GeminiLines.Read(root, _facts);
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a string in it that is no text (half a surrogate pair): warnings of the program stand among its lines, too.
            _facts.Unread++;
        }
    }

    private void Clear()
    {
        // One long line does not keep its memory.
        if (_line.Capacity > 64 * 1024) _line = new ArrayBufferWriter<byte>();
        else _line.ResetWrittenCount();
    }
}
