using System.Buffers;

namespace AiwgDaemon.Actions;

/// <summary>
/// Ids of actions: 16 characters of Crockford's base 32 in lower case, 48 bits of Unix milliseconds followed by 32
/// random bits, so that ids sort by time, fit a screen and are safe in a file name.
/// </summary>
internal static class ActionId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> Digits = SearchValues.Create(Alphabet);

    public static string New(DateTimeOffset now)
    {
        var random = (uint)Random.Shared.NextInt64(0, 1L << 32);
        return string.Create(16, (now.ToUnixTimeMilliseconds(), random), static (span, value) =>
        {
            var bits = ((UInt128)(ulong)value.Item1 << 32) | value.random;
            for (var i = span.Length - 1; i >= 0; i--, bits >>= 5) span[i] = Alphabet[(int)(uint)(bits & 31)];
        });
    }

    /// <summary>True if the text has the form of an id: nothing else is ever made part of a path.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text) =>
        text.Length == 16 && text.IndexOfAnyExcept(Digits) < 0;
}
