namespace AiwgDaemon.Sources.Watch.Listing;

/// <summary>What a listing does with what differs from what is known.</summary>
internal enum ScanMode
{
    /// <summary>Takes it as known: at the start and at a reload.</summary>
    Known,

    /// <summary>Reports it.</summary>
    Report,

    /// <summary>The rules have changed: reports what is younger than that, takes older files as known, and lets go of what is ignored
    /// now.</summary>
    Rules,
}
