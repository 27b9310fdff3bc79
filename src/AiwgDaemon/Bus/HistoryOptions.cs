namespace AiwgDaemon.Bus;

/// <summary>How much of the past is kept (<c>daemon.history</c>).</summary>
internal sealed record HistoryOptions
{
    /// <summary>Days of event journal on disk.</summary>
    public int EventsDays { get; init; } = 7;

    /// <summary>Finished actions whose output is kept.</summary>
    public int ActionsKept { get; init; } = 200;

    /// <summary>Largest output of one action, in MiB; fractions allowed.</summary>
    public double ActionOutputMb { get; init; } = 10;
}
