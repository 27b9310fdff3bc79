namespace AiwgDaemon.Api.Files;

/// <summary>One line of the doctor: what was looked at, and whether it needs attention.</summary>
/// <param name="Check">Stable name: config, daemon, files, permissions, watch, inotify, webhook, disk, filesystem, clock, aiwg.</param>
/// <param name="Attention">True if something is to be done; the message says what.</param>
internal sealed record Finding(string Check, bool Attention, string Message);
