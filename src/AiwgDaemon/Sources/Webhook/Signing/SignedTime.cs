using System.Globalization;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>The time that a sender signs, so that a request cannot be sent again later: seconds or milliseconds since 1970, or ISO
/// 8601.</summary>
internal static class SignedTime
{
    // Seconds beyond it are after the year 5000; milliseconds below it are before 1973.
    private const long FirstMilliseconds = 100_000_000_000;
    private const long LastMilliseconds = 253_402_300_799_999;

    public static bool IsRecent(string text, TimeSpan tolerance, DateTimeOffset now) =>
        Parse(text) is { } at && (now - at).Duration() <= tolerance;

    private static DateTimeOffset? Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            if (number < FirstMilliseconds) return DateTimeOffset.FromUnixTimeSeconds(number);
            return number <= LastMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(number) : null;
        }
        // Only the form with a zone or Z: a local time would be read by the zone of this machine.
        return text.Length >= 20 && text[10] == 'T' && (text[^1] == 'Z' || text.LastIndexOfAny(['+', '-']) > 10)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
