using AiwgDaemon.Sources.Webhook;
using Microsoft.AspNetCore.Http;
using Shouldly;

namespace AiwgDaemon.Tests.Sources.Webhook;

public sealed class BodyReaderTests
{
    private const int Mebibyte = 1024 * 1024;

    private readonly BodyReader _reader = new(TimeProvider.System);

    [Fact]
    public async Task A_body_that_gives_way_hands_its_memory_over_before_it_knows()
    {
        var stuck = new StuckStream(Mebibyte - 1);
        var first = _reader.ReadAsync(Request(stuck), Mebibyte);
        var second = _reader.ReadAsync(Request(new StuckStream(Mebibyte - 1)), Mebibyte);
        var content = new byte[Mebibyte];
        Random.Shared.NextBytes(content);

        var before = GC.GetAllocatedBytesForCurrentThread();
        using var body = await _reader.ReadAsync(Request(new MemoryStream(content)), Mebibyte);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.ShouldBeLessThan(Mebibyte / 4);
        stuck.Release(0xAA);
        using (var loser = await first) loser.Refusal.ShouldBe(WebhookRefusal.NoMemory);
        body.Refusal.ShouldBeNull();
        body.Joined().Span.SequenceEqual(content).ShouldBeTrue();
        second.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_body_that_gives_way_as_its_end_comes_is_refused_and_not_taken_with_a_hole()
    {
        var stuck = new StuckStream(Mebibyte - 1, heedsToken: false);
        var first = _reader.ReadAsync(Request(stuck), Mebibyte);
        var second = _reader.ReadAsync(Request(new StuckStream(Mebibyte - 1)), Mebibyte);
        using var body = await _reader.ReadAsync(Request(new MemoryStream(new byte[Mebibyte])), Mebibyte);

        stuck.Release(0xAA);

        using var loser = await first;
        loser.Refusal.ShouldBe(WebhookRefusal.NoMemory);
        second.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Memory_goes_from_body_to_body_unmixed()
    {
        for (var round = 0; round < 20; round++)
        {
            var contents = Enumerable
                .Range(1, 4)
                .Select(n => Enumerable.Repeat((byte)(n * 16 + round), n * 100_000 + round).ToArray())
                .ToArray();
            var bodies = await Task.WhenAll(
                contents.Select(content => Task.Run(() => _reader.ReadAsync(Request(new MemoryStream(content)), Mebibyte)))
            );
            foreach (var (body, content) in bodies.Zip(contents))
            {
                body.Refusal.ShouldBeNull();
                body.Joined().Span.SequenceEqual(content).ShouldBeTrue();
            }
            foreach (var body in bodies) body.Dispose();
        }
    }

    private static HttpRequest Request(Stream body)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = body;
        return context.Request;
    }

    // Gives so many bytes, and then nothing until it is released, whatever token is cancelled: a sender that is slow to notice, or whose
    // end was on its way.
    private sealed class StuckStream(int length, bool heedsToken = true) : MemoryStream(new byte[length])
    {
        private readonly TaskCompletionSource<byte> _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release(byte value) => _release.SetResult(value);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, CancellationToken.None);
            if (read > 0) return read;
            var late = await _release.Task;
            buffer.Span.Fill(late);
            if (heedsToken) cancellationToken.ThrowIfCancellationRequested();
            return 0;
        }
    }
}
