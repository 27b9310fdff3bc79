namespace AiwgDaemon.Lifecycle;

/// <summary>Names of the concerns that the host itself reports to health.</summary>
internal static class IssueKeys
{
    public const string ConfigFile = "config.watch";
    public const string Reload = "config.reload";
    public const string Log = "daemon.log";
    public const string Lock = "daemon.lock";
    public const string PidFile = "daemon.pid_file";
    public const string Control = "control.socket";
    public const string StateDamaged = "daemon.state.damaged";
    public const string Certificate = "webhook.certificate";
    public const string Notify = "daemon.notify";
}
