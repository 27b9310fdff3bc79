using System.Globalization;
using System.Numerics;
using AiwgDaemon.Sources.Webhook.Signing;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Webhook.Signing;

/// <summary>Against the vectors of RFC 8032, section 7.1, and signatures that Python's cryptography (OpenSSL) made.</summary>
public sealed class Ed25519Tests
{
    [Theory]
    [InlineData(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ""
    )]
    [InlineData(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "72"
    )]
    [InlineData(
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        "af82"
    )]
    public void The_vectors_of_the_RFC_verify_and_nothing_else(string key, string signature, string message) =>
        Check(Convert.FromHexString(key), Convert.FromHexString(signature), Convert.FromHexString(message));

    [Fact]
    public void What_another_implementation_signed_verifies_and_nothing_else()
    {
        var vectors = File.ReadAllLines(
            Path.Combine(Repository.Root, "tests", "AiwgDaemon.Tests", "Sources", "Webhook", "Signing", "ed25519.txt")
        );
        vectors.Length.ShouldBe(24);
        foreach (var vector in vectors)
        {
            var parts = vector.Split(' ');
            Check(
                Convert.FromHexString(parts[0]),
                Convert.FromHexString(parts[1]),
                parts[2] == "-" ? [] : Convert.FromHexString(parts[2])
            );
        }
    }

    [Fact]
    public void What_is_no_key_verifies_nothing()
    {
        var signature = new byte[64];
        signature[0] = 1;
        // The neutral point and S = 0 are a signature of everything, if the key is the neutral point; no key that anybody shows is.
        Ed25519.Verifies(Filled(0xff), signature, [], new BodyBytes(default)).ShouldBeFalse("above the prime");
        Ed25519.Verifies(Filled(0x02), signature, [], new BodyBytes(default)).ShouldBeFalse("no point of the curve");
    }

    private static void Check(byte[] key, byte[] signature, byte[] message)
    {
        // Where the body begins makes no difference.
        var half = message.Length / 2;
        bool Verifies(byte[] k, byte[] s, byte[] m) => Ed25519.Verifies(k, s, m.AsSpan(0, half), new BodyBytes(m.AsMemory(half)));
        Verifies(key, signature, message).ShouldBeTrue();
        Verifies(key, signature, [.. message, 0]).ShouldBeFalse("another message");
        for (var i = 0; i < signature.Length; i += 7) Verifies(key, Flipped(signature, i), message).ShouldBeFalse($"byte {i} of the signature");
        for (var i = 0; i < key.Length; i += 5) Verifies(Flipped(key, i), signature, message).ShouldBeFalse($"byte {i} of the key");
        // S and S plus the order are the same number to the curve: only the smaller one counts.
        var order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);
        var larger = new BigInteger(signature.AsSpan(32), isUnsigned: true) + order;
        var bytes = larger.ToByteArray(isUnsigned: true);
        if (bytes.Length <= 32)
            Verifies(key, [.. signature[..32], .. bytes, .. new byte[32 - bytes.Length]], message).ShouldBeFalse("a second signature");
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        byte[] copy = [.. bytes];
        copy[at] ^= 0x10;
        return copy;
    }

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, 32)];
}
