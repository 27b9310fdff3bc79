using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>What was found when a zone was looked for.</summary>
/// <param name="Zone">UTC if there is a problem.</param>
/// <param name="Path">The file that it was read from, to see later whether that has changed; null if no file says it.</param>
/// <param name="Content">The file's bytes.</param>
/// <param name="Problem">Why this is not the zone that was asked for, with the cure; null if it is.</param>
/// <param name="Mark">Of the file, from before it was read.</param>
internal sealed record ZoneRead(Zone Zone, string? Path, byte[]? Content, string? Problem, FileStatusMark Mark = default);
