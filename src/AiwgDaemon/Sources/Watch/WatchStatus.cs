namespace AiwgDaemon.Sources.Watch;

/// <summary>How the watching fares, at one moment.</summary>
/// <param name="Enabled">False if the section is switched off.</param>
/// <param name="Paths">The watched paths as written in the configuration.</param>
/// <param name="EventsReceived">Events that were handed to the bus.</param>
/// <param name="Watches">Kernel watches in use.</param>
/// <param name="Backend"><c>inotify</c>, <c>polling</c>, <c>mixed</c>, <c>filesystemwatcher</c> or <c>none</c>.</param>
/// <param name="Overflows">How often the kernel's queue ran over; each was answered by a rescan.</param>
/// <param name="Roots">One entry for each path.</param>
internal sealed record WatchStatus(
    bool Enabled,
    IReadOnlyList<string> Paths,
    long EventsReceived,
    int Watches,
    string Backend,
    long Overflows,
    IReadOnlyList<RootStatus> Roots
);

/// <summary>One watched path and how it fares.</summary>
/// <param name="Path">As written.</param>
/// <param name="State"><c>watching</c>, <c>missing</c>, <c>polling</c> or <c>failed</c>.</param>
/// <param name="Backend">As in <see cref="WatchStatus"/>.</param>
/// <param name="Watches">Kernel watches at and below it.</param>
internal sealed record RootStatus(string Path, string State, string Backend, int Watches);
