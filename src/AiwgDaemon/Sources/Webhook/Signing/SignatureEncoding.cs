using System.Buffers;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>How a signature is written.</summary>
internal enum SignatureEncoding
{
    /// <summary>Lower-case digits, as all known senders write them: what is not exactly that has been through other hands.</summary>
    Hex,
    Base64,
}

internal static class SignatureEncodings
{
    /// <summary>The signature's bytes, exactly <paramref name="size"/>; null if the text is something else.</summary>
    public static byte[]? Decode(this SignatureEncoding encoding, ReadOnlySpan<char> text, int size)
    {
        var bytes = new byte[size];
        if (encoding == SignatureEncoding.Hex)
        {
            return
                text.Length == 2 * size
                && !text.ContainsAnyInRange('A', 'F')
                && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done
                ? bytes
                : null;
        }
        return text.Length == (size + 2) / 3 * 4 && Convert.TryFromBase64Chars(text, bytes, out var length) && length == size
            ? bytes
            : null;
    }
}
