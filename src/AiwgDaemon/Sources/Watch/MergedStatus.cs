namespace AiwgDaemon.Sources.Watch;

/// <summary>One status of those of several threads: a watched path may be in the care of more than one.</summary>
internal static class MergedStatus
{
    // The worst first.
    private static readonly string[] States = ["failed", "polling", "watching", "missing"];

    public static WatchStatus Of(WatchPlan plan, IReadOnlyList<WatchStatus> parts)
    {
        if (parts is [var only]) return only;
        var roots = parts.SelectMany(p => p.Roots).ToLookup(r => r.Path, StringComparer.Ordinal);
        return new(
            plan.Options.Enabled,
            [.. plan.Written.Select(r => r.Path)],
            0,
            parts.Sum(p => p.Watches),
            Backend(parts.Select(p => p.Backend)),
            parts.Sum(p => p.Overflows),
            [.. plan.Written.Select(r => Root(r.Path, [.. roots[r.Path]]))]
        );
    }

    private static RootStatus Root(string path, RootStatus[] parts) =>
        parts is [var only]
            ? only
            : new(
                path,
                States.FirstOrDefault(state => parts.Any(p => p.State == state)) ?? "missing",
                Backend(parts.Select(p => p.Backend)),
                parts.Sum(p => p.Watches)
            );

    private static string Backend(IEnumerable<string> backends)
    {
        string[] used = [.. backends.Where(b => b != "none").Distinct(StringComparer.Ordinal)];
        return used.Length switch { 0 => "none", 1 => used[0], _ => "mixed" };
    }
}
