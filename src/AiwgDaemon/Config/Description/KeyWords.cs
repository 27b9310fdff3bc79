namespace AiwgDaemon.Config.Description;

/// <summary>Finds the key for a name that is no slip of the pen but another word for it: without or with another unit, or as other programs
/// call it.</summary>
internal static class KeyWords
{
    private const int LongestName = 64;

    private static readonly string[] Units =
    [
        "ms",
        "seconds",
        "second",
        "secs",
        "sec",
        "s",
        "minutes",
        "minute",
        "mins",
        "min",
        "hours",
        "hour",
        "days",
        "kb",
        "mb",
        "gb",
        "bytes",
    ];

    // What cron, watchexec, systemd, CI systems and the like say; the first that belongs here counts.
    private static readonly Dictionary<string, string[]> Others = new(StringComparer.Ordinal)
    {
        ["cmd"] = ["command"],
        ["script"] = ["command"],
        ["exec"] = ["command"],
        ["args"] = ["argv"],
        ["arguments"] = ["argv"],
        ["environment"] = ["env"],
        ["variables"] = ["env"],
        ["dir"] = ["cwd", "path"],
        ["directory"] = ["cwd", "path"],
        ["workdir"] = ["cwd"],
        ["workingdirectory"] = ["cwd"],
        ["workingdir"] = ["cwd"],
        ["tz"] = ["timezone"],
        ["zone"] = ["timezone"],
        ["schedule"] = ["cron"],
        ["expression"] = ["cron"],
        ["spec"] = ["cron"],
        ["glob"] = ["path_pattern", "path"],
        ["globs"] = ["path_pattern"],
        ["files"] = ["path_pattern", "paths"],
        ["path"] = ["path_pattern"],
        ["paths"] = ["path_pattern"],
        ["when"] = ["event", "cron"],
        ["on"] = ["event", "events"],
        ["trigger"] = ["event"],
        ["filter"] = ["match"],
        ["conditions"] = ["match"],
        ["do"] = ["action"],
        ["then"] = ["action"],
        ["run"] = ["action", "command"],
        ["task"] = ["action"],
        ["retry"] = ["retries"],
        ["exclude"] = ["ignore"],
        ["excludes"] = ["ignore"],
        ["include"] = ["path_pattern", "extensions"],
        ["poll"] = ["polling"],
        ["address"] = ["host"],
        ["bind"] = ["host"],
        ["listen"] = ["host"],
        ["url"] = ["url_env", "path"],
        ["concurrency"] = ["max_parallel_actions", "on_busy", "overlap"],
        ["onbusy"] = ["overlap"],
        ["overlap"] = ["on_busy"],
        ["concurrencypolicy"] = ["overlap", "on_busy"],
        ["ifbusy"] = ["overlap", "on_busy"],
        ["attempts"] = ["retries"],
        ["maxattempts"] = ["retries"],
        ["verbosity"] = ["level"],
        ["text"] = ["message"],
        ["goal"] = ["objective"],
        ["hooks"] = ["endpoints"],
        ["routes"] = ["endpoints"],
    };

    /// <summary>What other programs call a key of this place; null if it is none of these words.</summary>
    public static string? Alias(string name, IReadOnlyList<string> here) =>
        name.Length <= LongestName && Others.TryGetValue(string.Concat(Words(name)), out var others)
            ? Array.Find(others, o => here.Contains(o))
            : null;

    /// <summary>timeout or timeout_seconds for timeout_minutes, parallel for max_parallel_actions; null if no key, or more than one, has
    /// these words.</summary>
    public static string? Meant(string name, IReadOnlyList<string> here)
    {
        if (name.Length > LongestName) return null;
        var words = WithoutUnit(Words(name));
        if (words.Length == 0) return null;
        var having = here.Where(key => WithoutUnit(Words(key)) is var known && Array.TrueForAll(words, w => known.Contains(w))).ToList();
        return having.Find(key => WithoutUnit(Words(key)).SequenceEqual(words)) ?? (having.Count == 1 ? having[0] : null);
    }

    /// <summary>debounce_ms, debounceMs and debounce-ms are the same words.</summary>
    private static string[] Words(string name)
    {
        var separated = string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 && char.IsLower(name[i - 1]) ? $"_{c}" : $"{c}"));
        return separated.ToLowerInvariant().Split(['_', '-', ' ', '.'], StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] WithoutUnit(string[] words) => words.Length > 1 && Units.Contains(words[^1]) ? words[..^1] : words;
}
