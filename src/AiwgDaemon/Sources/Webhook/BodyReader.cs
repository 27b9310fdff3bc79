using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Reads bodies into buffers that grow with what has come, within 30 seconds each and 16 MiB (or four bodies of the
/// largest size) for all together: neither many nor slow nor large bodies can take the memory.
/// </summary>
internal sealed class BodyReader(TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private long _held;

    /// <summary>The body, or the status to refuse it with; dispose it to give the memory back.</summary>
    public async Task<RequestBody> ReadAsync(HttpRequest request, int maxBytes)
    {
        var body = new RequestBody(this);
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            while (true)
            {
                if (body.IsFull && !body.TryGrow(Math.Max(16L * 1024 * 1024, 4L * maxBytes))) return body.Refuse(503);
                var read = await request.Body.ReadAsync(body.Free, limit.Token);
                if (read == 0) return body;
                body.Advance(read);
                if (body.Bytes.Length > maxBytes) return body.Refuse(413);
            }
        }
        catch (BadHttpRequestException e)
        {
            return body.Refuse(e.StatusCode);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Too slow, or gone: nobody may be there to read the answer.
            return body.Refuse(408);
        }
    }

    internal bool Hold(long bytes, long limit)
    {
        if (Interlocked.Add(ref _held, bytes) <= limit) return true;
        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    internal void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}

/// <summary>A body; dispose it to give its buffer back.</summary>
internal sealed class RequestBody(BodyReader reader) : IDisposable
{
    // The shared pool keeps dozens of arrays of each size: of large ones that would be the memory of the whole daemon.
    private const int Pooled = 64 * 1024;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>The status of the refusal; zero where the body is complete.</summary>
    public int Refusal { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    public Memory<byte> Free => _buffer.AsMemory(_length);

    public bool IsFull => _length == _buffer.Length;

    public RequestBody Refuse(int status)
    {
        Refusal = status;
        return this;
    }

    public bool TryGrow(long limit)
    {
        var size = Math.Max(4096, _buffer.Length * 2);
        if (!reader.Hold(size, limit)) return false;
        var larger = size > Pooled ? GC.AllocateUninitializedArray<byte>(size) : ArrayPool<byte>.Shared.Rent(size);
        Bytes.CopyTo(larger);
        GiveBack();
        _buffer = larger;
        return true;
    }

    public void Advance(int count) => _length += count;

    public void Dispose()
    {
        GiveBack();
        (_buffer, _length) = ([], 0);
    }

    private void GiveBack()
    {
        if (_buffer.Length == 0) return;
        reader.Release(_buffer.Length);
        if (_buffer.Length <= Pooled) ArrayPool<byte>.Shared.Return(_buffer);
    }
}
