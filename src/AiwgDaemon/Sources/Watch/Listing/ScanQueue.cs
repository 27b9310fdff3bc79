namespace AiwgDaemon.Sources.Watch.Listing;

/// <summary>What a listing has found and leaves to do. The last one found comes first.</summary>
internal sealed class ScanQueue
{
    /// <summary>Directories to list.</summary>
    public Stack<int> Directories { get; } = [];

    /// <summary>Pinned entries, to be settled after that.</summary>
    public Stack<int> Pinned { get; } = [];
}
