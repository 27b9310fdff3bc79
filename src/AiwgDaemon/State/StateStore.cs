using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Platform;

namespace AiwgDaemon.State;

/// <summary>
/// state.json: always a complete document, replaced in one step. Written from one thread at a time; buffers are kept, so that
/// a heartbeat allocates little. Reading takes older and newer documents: what is missing gets its default, what is unknown is skipped.
/// </summary>
internal sealed class StateStore(string path)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    /// <summary>Replaces the document; an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it cannot be
    /// written.</summary>
    public void Write(DaemonState state, bool flush = false)
    {
        lock (_buffer)
        {
            _buffer.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Indented = true }))
                JsonSerializer.Serialize(writer, state, StateJsonContext.Default.DaemonState);
            _buffer.Write("\n"u8);
            SecureFile.Replace(path, _buffer.WrittenSpan, SecureFile.Shared, flush);
        }
    }

    /// <summary>False if there is no document (<paramref name="error"/> is null) or it cannot be understood (error says why).</summary>
    public static bool TryRead(string path, out DaemonState state, out string? error)
    {
        (state, error) = (StateDefaults.Empty, null);
        try
        {
            var read = JsonSerializer.Deserialize(SecureFile.ReadAll(path), StateJsonContext.Tolerant);
            if (read is null)
                error = $"{path} holds null instead of a state document; a daemon writes it anew when it starts and with each heartbeat";
            else
                state = StateDefaults.Complete(read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // No document: the daemon never ran here.
            return false;
        }
        catch (JsonException e)
        {
            error =
                $"{path} is not a state document ({e.Path ?? "$"}, line {e.LineNumber + 1}); a daemon writes it anew when it starts and "
                    + "with each heartbeat";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = e.Message;
        }
        return error is null;
    }
}
