using AiwgDaemon.Agents.Providers;

namespace AiwgDaemon.Agents.Streams;

/// <summary>Gathers what lines say, within bounds: an agent's output can be anything.</summary>
internal sealed class StreamFacts
{
    private const int LongestText = 256 * 1024, LongestError = 2000, MostTools = 256, LongestTool = 256;

    private readonly HashSet<string> _tools = new(StringComparer.Ordinal);
    private string _text = "";
    private string? _error;
    private FailureReason _reason;
    private DateTimeOffset? _until;

    public long Unread { get; set; }

    public string? Session { get; private set; }

    public bool Ended { get; set; }

    public decimal? Usd { get; private set; }

    public long InputTokens { get; private set; }

    public long OutputTokens { get; private set; }

    /// <summary>An id that could not stand among arguments is not taken.</summary>
    public void SetSession(string? id)
    {
        if (id is not null && ProviderCommand.IsSession(id)) Session = id;
    }

    public void SetText(string? text)
    {
        if (text is not null) _text = Last(text, LongestText);
    }

    public void AddText(string text) => _text = Last(_text + text, LongestText);

    public void ToolOpened(string? id)
    {
        if (id is { Length: <= LongestTool } && _tools.Count < MostTools) _tools.Add(id);
    }

    public void ToolClosed(string? id)
    {
        if (id is not null) _tools.Remove(id);
    }

    public void AddCost(decimal? usd)
    {
        if (usd is { } more) Usd = Math.Min((Usd ?? 0) + more, 1_000_000_000);
    }

    /// <summary>Adds tokens; a sum never wraps around.</summary>
    public void AddTokens(long? input, long? output)
    {
        InputTokens = Sum(InputTokens, input);
        OutputTokens = Sum(OutputTokens, output);
    }

    public void Failed(FailureReason reason, string? error, DateTimeOffset? until = null)
    {
        (_reason, _until) = (reason, until ?? _until);
        if (error is not null) _error = error.Length <= LongestError ? error : error[..LongestError];
    }

    /// <summary>The program has got over its error: it goes on working.</summary>
    public void Recovered() => (_reason, _error, _until) = (FailureReason.None, null, null);

    public StreamReport ToReport() =>
        new()
        {
            Session = Session,
            Text = _text,
            Ended = Ended,
            OpenTools = _tools.Count,
            Usd = Usd,
            InputTokens = InputTokens,
            OutputTokens = OutputTokens,
            Reason = _reason,
            Error = _error,
            LimitUntil = _until,
            Unread = Unread,
        };

    private static long Sum(long sum, long? more) => more is { } value ? (value > long.MaxValue - sum ? long.MaxValue : sum + value) : sum;

    private static string Last(string text, int length) => text.Length <= length ? text : text[^length..];
}
