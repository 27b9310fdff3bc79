namespace AiwgDaemon.Agents.Streams;

/// <summary>What the output of an agent has said so far.</summary>
internal sealed record StreamReport
{
    /// <summary>Null until the program tells.</summary>
    public string? Session { get; init; }

    /// <summary>The last words, bounded.</summary>
    public string Text { get; init; } = "";

    /// <summary>True if the program itself said that it is done.</summary>
    public bool Ended { get; init; }

    /// <summary>Tools that were called and have not answered.</summary>
    public int OpenTools { get; init; }

    /// <summary>Null: not told.</summary>
    public decimal? Usd { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    /// <summary>The error that the program ended with, or that it is retrying itself.</summary>
    public FailureReason Reason { get; init; }

    /// <summary>The program's own words for <see cref="Reason"/>, bounded.</summary>
    public string? Error { get; init; }

    /// <summary>When the provider takes work again; null if it did not say.</summary>
    public DateTimeOffset? LimitUntil { get; init; }

    /// <summary>Lines that were no JSON or too long.</summary>
    public long Unread { get; init; }
}
