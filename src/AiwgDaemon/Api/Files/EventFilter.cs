using System.Globalization;
using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Api.Files;

/// <summary>Which events are asked for: those for which all that is set holds. Pure.</summary>
internal sealed class EventFilter
{
    // A line begins {"id":"…","timestamp":"…": ISO 8601 of one length, which is in order as text.
    private const int TimeLength = 24, LongestHead = 120;

    private readonly byte[] _source = [];
    private readonly byte[] _since = [];
    private readonly byte[] _until = [];

    public EventFilter(
        string? source = null,
        string? type = null,
        DateTimeOffset? since = null,
        DateTimeOffset? until = null,
        EventMatch? rule = null
    )
    {
        (Source, Type, Since, Until, Rule) = (source, type, since, until, rule);
        if (source is not null) _source = Encoding.UTF8.GetBytes($"\"{source}\"");
        if (since is { } first) _since = Text(first);
        if (until is { } last) _until = Text(last);
    }

    public string? Source { get; }

    /// <summary>May hold <c>*</c>.</summary>
    public string? Type { get; }

    public DateTimeOffset? Since { get; }

    public DateTimeOffset? Until { get; }

    /// <summary>The events that a rule is for.</summary>
    public EventMatch? Rule { get; }

    public bool IsAny => Source is null && Type is null && Since is null && Until is null && Rule is null;

    /// <summary>
    /// Whether the file of a day may hold what is wanted. An event is in the file of the day it was accepted on, which may be the one after
    /// its own.
    /// </summary>
    public bool MayHold(DateOnly day) =>
        !(Since is { } since && day < DateOnly.FromDateTime(since.UtcDateTime))
        && !(Until is { } until && day > DateOnly.FromDateTime(until.UtcDateTime).AddDays(1));

    /// <summary>False for a line that need not be parsed, because it cannot be wanted.</summary>
    public bool MayBe(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf(_source) < 0) return false;
        if (_since.Length + _until.Length == 0) return true;
        var head = line[..Math.Min(line.Length, LongestHead)];
        var at = head.IndexOf("\"timestamp\":\""u8) + 13;
        if (at < 13 || head.Length < at + TimeLength) return true;
        var time = head.Slice(at, TimeLength);
        return (_since.Length == 0 || time.SequenceCompareTo(_since) >= 0) && (_until.Length == 0 || time.SequenceCompareTo(_until) <= 0);
    }

    public bool IsWanted(DaemonEvent @event) =>
        (Source is null || EventJson.Word(@event.Source) == Source) && (Type is null || Wildcard.IsMatch(Type, @event.Type))
        && !(@event.Timestamp < Since) && !(@event.Timestamp > Until) && (Rule is null || Matcher.Matches(Rule, @event));

    // A bound between two milliseconds: what is equal as text is judged again by IsWanted.
    private static byte[] Text(DateTimeOffset instant) =>
        Encoding.UTF8.GetBytes(instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
