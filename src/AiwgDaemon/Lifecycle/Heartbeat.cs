using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary><c>daemon/heartbeat</c>: one small JSON document that is replaced at each beat; its age tells whether the daemon
/// lives.</summary>
internal sealed class Heartbeat(string path)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(128);

    /// <summary>Replaces the document; an <see cref="IOException"/> if it cannot be written.</summary>
    public void Write(DateTimeOffset now, TimeSpan uptime)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("pid"u8, Environment.ProcessId);
            json.WriteString("timestamp"u8, now.UtcDateTime);
            json.WriteNumber("uptime_seconds"u8, Math.Round(uptime.TotalSeconds, 3));
            json.WriteEndObject();
        }
        SecureFile.Replace(path, _buffer.WrittenSpan, SecureFile.Shared);
    }
}
