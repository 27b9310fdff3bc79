using System.Text;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>A secret as Standard Webhooks (https://www.standardwebhooks.com) shows it to people: <c>whsec_</c> and the key in
/// base64.</summary>
internal static class EncodedKey
{
    private const string Prefix = "whsec_";

    /// <summary>The key; a secret that is written otherwise is the key itself.</summary>
    public static byte[] Of(byte[] secret)
    {
        var text = Encoding.UTF8.GetString(secret);
        if (text.StartsWith("v1,", StringComparison.Ordinal)) text = text[3..];
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) ? key[..length] : secret;
    }
}
