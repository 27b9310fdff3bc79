using AiwgDaemon.Http;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Reads bodies into pieces that are taken as bytes come, within 30 seconds each and 2 MiB (or two bodies of the largest size) for
/// all together. When that is used up, the body that has been coming for longest gives way: neither many nor slow nor large bodies
/// take the memory, or keep out a sender that is not slow.
/// </summary>
internal sealed class BodyReader(TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    // Those that hold pieces of the common memory, the oldest first.
    private readonly LinkedList<RequestBody> _coming = new();
    // Kept, so that an attack makes no garbage: never more than the common memory.
    private readonly Stack<byte[]> _spare = new();
    private long _held;

    /// <summary>The body, or why it is refused; dispose it to give the memory back.</summary>
    public async Task<RequestBody> ReadAsync(HttpRequest request, int maxBytes)
    {
        var body = new RequestBody(this, new CancellationTokenSource(Limit, time));
        var token = body.Limit.Token;
        try
        {
            while (true)
            {
                if (body.IsFull && !Grow(body, Math.Max(2L * 1024 * 1024, 2L * maxBytes)))
                    return body.Refuse(WebhookRefusal.NoMemory);
                var read = await request.Body.ReadAsync(body.Free, token);
                if (read == 0) return body;
                body.Advance(read);
                if (body.Length > maxBytes) return body.Refuse(WebhookRefusal.TooLarge);
            }
        }
        catch (BadHttpRequestException e)
        {
            return body.Refuse(e.StatusCode switch
            {
                408 => WebhookRefusal.TooSlow,
                413 => WebhookRefusal.TooLarge,
                _ => WebhookRefusal.NotWhole,
            });
        }
        catch (OperationCanceledException)
        {
            return body.Refuse(body.GaveWay ? WebhookRefusal.NoMemory : WebhookRefusal.TooSlow);
        }
        catch (IOException)
        {
            // Gone, and nobody is there to read the answer; or a size of a chunk that is no number.
            return body.Refuse(WebhookRefusal.NotWhole);
        }
        finally
        {
            End(body);
        }
    }

    /// <summary>Lets go of the memory that no body needs now.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            _spare.Clear();
            _spare.TrimExcess();
        }
    }

    internal void Return(RequestBody body)
    {
        lock (_gate)
        {
            _held -= body.TakeHeld();
            body.TakeAll(_spare);
        }
    }

    // What has come whole does not give way any more. One that gave way just before has a hole, and who made it is about to cancel its
    // token.
    private void End(RequestBody body)
    {
        lock (_gate)
        {
            if (body.GaveWay)
            {
                body.Refuse(WebhookRefusal.NoMemory);
                return;
            }
            if (body.Node is not null) _coming.Remove(body.Node);
        }
        body.Limit.Dispose();
    }

    // The first piece is small and counts for nothing: a sender of little is never refused for want of memory.
    private bool Grow(RequestBody body, long most)
    {
        if (body.IsNew)
        {
            body.Begin();
            return true;
        }
        var losers = new List<RequestBody>();
        var fits = true;
        lock (_gate)
        {
            if (body.GaveWay) return false;
            while (fits && _held + RequestBody.Further > most)
            {
                if (_coming.First?.Value is { } oldest && oldest != body)
                {
                    _coming.RemoveFirst();
                    _held -= oldest.TakeHeld();
                    // At once: until it has learned that it gave way, the memory would be there twice.
                    oldest.TakeFull(_spare);
                    oldest.GaveWay = true;
                    losers.Add(oldest);
                }
                else fits = false;
            }
            if (fits)
            {
                _held += RequestBody.Further;
                body.Grow(_spare.TryPop(out var spare) ? spare : GC.AllocateUninitializedArray<byte>(RequestBody.Further));
                body.Node ??= _coming.AddLast(body);
            }
        }
        // Outside of the lock: it runs what waits for the token.
        foreach (var loser in losers) loser.Limit.Cancel();
        return fits;
    }
}
