using System.Globalization;
using System.Text.RegularExpressions;

namespace AiwgDaemon.Agents.Streams;

/// <summary>What an error of a provider means, from its HTTP status if it is known, else from its words.</summary>
internal static partial class ProviderError
{
    private const int Read = 4000;

    /// <summary><see cref="FailureReason.Process"/> if nothing tells.</summary>
    public static FailureReason Reason(string? text, long? status = null)
    {
        text = text is { Length: > Read } ? text[..Read] : text ?? "";
        if (status is null && Status().Match(text) is { Success: true } match)
            status = long.Parse(match.Groups["code"].ValueSpan, CultureInfo.InvariantCulture);
        // Before the status: a full context is a 400 as everything else that is wrong with a request.
        if (Has(text, "prompt is too long", "context window", "context_length", "context length", "maximum context"))
            return FailureReason.Context;
        if (status is 401 or 403) return FailureReason.Auth;
        if (status is 429) return FailureReason.Limit;
        if (status is 529 or 503) return FailureReason.Overloaded;
        if (status is 408 or 500 or 502 or 504) return FailureReason.Network;
        return FromWords(text);
    }

    /// <summary>The instant at which a limit ends, if the words give one: ISO 8601, or seconds since 1970 behind a bar.</summary>
    public static DateTimeOffset? Until(string? text)
    {
        text = text is { Length: > Read } ? text[..Read] : text ?? "";
        if (Instant().Match(text) is { Success: true } iso)
            return DateTimeOffset.TryParse(iso.ValueSpan, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : null;
        return EpochSeconds().Match(text) is { Success: true } epoch ? Seconds(long.Parse(epoch.Groups[1].ValueSpan)) : null;
    }

    /// <summary>Null for seconds that no calendar has.</summary>
    public static DateTimeOffset? Seconds(long? seconds) =>
        seconds is >= 0 and <= 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(seconds.Value) : null;

    private static FailureReason FromWords(string text)
    {
        if (Has(text, "authentication", "invalid api key", "invalid x-api-key", "not logged in", "/login", "unauthorized"))
            return FailureReason.Auth;
        if (Has(text, "rate limit", "rate_limit", "usage limit", "hit your limit", "quota", "too many requests"))
            return FailureReason.Limit;
        if (Has(text, "overloaded", "at capacity")) return FailureReason.Overloaded;
        // A proxy's page in place of an answer; a broken stream is the network's fault, too.
        if (Has(text, "malformed response", "empty response")) return FailureReason.BadOutput;
        return Has(text, "stream disconnected", "connection", "network", "timed out", "econnrefused", "enotfound", "fetch failed")
            ? FailureReason.Network
            : FailureReason.Process;
    }

    private static bool Has(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    [GeneratedRegex(@"\b(?:status:?|HTTP|API Error:)\s+(?<code>[1-5][0-9]{2})\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Status();

    [GeneratedRegex(@"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})")]
    private static partial Regex Instant();

    [GeneratedRegex(@"limit reached\|([0-9]{9,11})\b")]
    private static partial Regex EpochSeconds();
}
