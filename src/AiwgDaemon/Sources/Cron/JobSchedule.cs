namespace AiwgDaemon.Sources.Cron;

/// <summary>Which instants a job names: jobs of one schedule fire at the same, and what was missed or fired under one means nothing under
/// another.</summary>
/// <param name="Cron">The expression as written.</param>
/// <param name="TimeZone">The zone's id; null for the machine's.</param>
internal sealed record JobSchedule(string Cron, string? TimeZone);
