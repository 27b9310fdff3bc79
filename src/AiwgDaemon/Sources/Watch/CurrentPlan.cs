namespace AiwgDaemon.Sources.Watch;

/// <summary>The plan that all parts of a tree go by. A reload, or a filesystem that was mounted, puts another in its place.</summary>
internal sealed class CurrentPlan(WatchPlan plan)
{
    public WatchPlan Value { get; set; } = plan;
}
