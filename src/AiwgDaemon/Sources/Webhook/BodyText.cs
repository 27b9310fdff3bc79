using System.IO.Compression;
using System.Text.Unicode;
using AiwgDaemon.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>From the bytes that came to the text that is read: unpacked within the limit, without a byte order mark, UTF-8.</summary>
internal static class BodyText
{
    /// <summary>The unpacked body; null with a refusal if it is no gzip, or too large.</summary>
    public static ReadOnlyMemory<byte>? Unpack(ReadOnlyMemory<byte> packed, int maxBytes, out Refusal? refusal)
    {
        refusal = null;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            var piece = new byte[16 * 1024];
            for (int read; (read = gzip.Read(piece)) > 0;)
            {
                plain.Write(piece, 0, read);
                if (plain.Length <= maxBytes) continue;
                refusal = WebhookRefusal.TooLarge;
                return null;
            }
            // The library takes an empty or cut stream for the end of one.
            if (plain.Length == 0) refusal = WebhookRefusal.OfBody("the body is not packed with gzip, as its Content-Encoding says");
            return refusal is null ? plain.GetBuffer().AsMemory(0, (int)plain.Length) : null;
        }
        catch (InvalidDataException)
        {
            refusal = WebhookRefusal.OfBody("the body is not packed with gzip, as its Content-Encoding says");
            return null;
        }
    }

    /// <summary>The text's bytes without a byte order mark; null with a refusal if they are not UTF-8.</summary>
    public static ReadOnlyMemory<byte>? Read(ReadOnlyMemory<byte> body, out Refusal? refusal)
    {
        refusal = null;
        // Senders on .NET and Windows put one there.
        if (body.Span.StartsWith("\uFEFF"u8))
            body = body[3..];
        if (Utf8.IsValid(body.Span))
            return body;
        refusal = WebhookRefusal.OfBody(
            body.Span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || body.Span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
                ? "the body is UTF-16; send UTF-8"
                : "the body is not UTF-8"
        );
        return null;
    }
}
