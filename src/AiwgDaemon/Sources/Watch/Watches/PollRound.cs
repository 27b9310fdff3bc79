using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Listing;

namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>Looks at everything that has no watch; what can have one by now gets it.</summary>
internal sealed class PollRound(
    CurrentPlan plan, PolledDirectories directories, WatchedFiles files, UntoldRoots untold, ChangedIgnoreFiles ignoreFiles,
    Reconciler reconciler, Watermarks watermarks)
{
    private readonly List<int> _round = [];

    /// <summary>True if some directory, file or root must be looked at from time to time, for nothing tells about it.</summary>
    public bool IsNeeded =>
        plan.Value.Options.Polling != Polling.Never && (directories.Count > 0 || files.NeedPolling || untold.Any());

    public void Do()
    {
        var now = DateTimeOffset.UtcNow;
        _round.Clear();
        directories.CopyTo(_round);
        foreach (var directory in _round)
            if (directories.Contains(directory)) reconciler.Scan(directory, ScanMode.Report, recursive: false);
        files.Poll();
        if (untold.Any()) reconciler.SettleAll(ScanMode.Report, again: false);
        ignoreFiles.CompareAbove(all: false);
        watermarks.PolledAll(now);
    }
}
