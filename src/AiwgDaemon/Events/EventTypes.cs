namespace AiwgDaemon.Events;

/// <summary>The types of the daemon's own sources; a manual event has any type.</summary>
internal static class EventTypes
{
    public const string FileCreate = "file.create";
    public const string FileModify = "file.modify";
    public const string FileDelete = "file.delete";
    public const string CronFired = "cron.fired";
    public const string WebhookReceived = "webhook.received";
    public const string DaemonStarted = "daemon.started";
    public const string DaemonReloaded = "daemon.reloaded";

    /// <summary>Behind it: how an action ended, or that it is asked for by hand (<see cref="ActionRun"/>).</summary>
    public const string ActionPrefix = "action.";

    public const string ActionCompleted = ActionPrefix + "completed";
    public const string ActionFailed = ActionPrefix + "failed";
    public const string ActionTimeout = ActionPrefix + "timeout";
    public const string ActionCancelled = ActionPrefix + "cancelled";
    public const string ActionLost = ActionPrefix + "lost";

    /// <summary>Of a manual event that asks for an action, which is its subject.</summary>
    public const string ActionRun = ActionPrefix + "run";
}
