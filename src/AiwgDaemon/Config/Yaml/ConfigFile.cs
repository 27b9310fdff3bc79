namespace AiwgDaemon.Config.Yaml;

/// <summary>
/// What the file says, after validation and with defaults: the mutable shape that YamlDotNet's static context fills.
/// Property names are those of the file in other case. Read once and mapped to the options; nothing keeps it.
/// </summary>
internal sealed class ConfigFile
{
    public DaemonSection Daemon { get; set; } = new();
    public WatchSection Watch { get; set; } = new();
    public ScheduleSection Schedule { get; set; } = new();
    public WebhookSection Webhook { get; set; } = new();
    public Dictionary<string, int> Groups { get; set; } = [];
    public AgentsSection Agents { get; set; } = new();
    public Dictionary<string, ActionSection> Actions { get; set; } = [];
    public List<RuleSection> Rules { get; set; } = [];
}

internal sealed class DaemonSection
{
    public double HeartbeatIntervalSeconds { get; set; }
    public int MaxParallelActions { get; set; }
    public double ActionTimeoutMinutes { get; set; }
    public double ShutdownGraceSeconds { get; set; }
    public bool ReloadOnChange { get; set; }
    public LogSection Log { get; set; } = new();
    public HistorySection History { get; set; } = new();
}

internal sealed class AgentsSection
{
    public string? Default { get; set; }
    public int? MaxParallel { get; set; }
    public Dictionary<string, ProviderSection> Providers { get; set; } = [];
    public UntrustedSection Untrusted { get; set; } = new();
    public string Isolation { get; set; } = "";
    public WorktreeSection Worktree { get; set; } = new();
}

internal sealed class WorktreeSection
{
    public string Base { get; set; } = "";
    public string Dir { get; set; } = "";
    public List<string> Link { get; set; } = [];
    public List<string> Copy { get; set; } = [];
    public List<string> Setup { get; set; } = [];
    public int KeepDays { get; set; }
}

internal sealed class UntrustedSection
{
    public string Permission { get; set; } = "";
    public string Approve { get; set; } = "";
}

internal sealed class ProviderSection
{
    public string Type { get; set; } = "";
    public List<string> Argv { get; set; } = [];
    public string? Prompt { get; set; }
    public string? Program { get; set; }
    public string? Model { get; set; }
    public string Permission { get; set; } = "";
    public List<string> Args { get; set; } = [];
}

internal sealed class LogSection
{
    public double MaxSizeMb { get; set; }
    public int MaxFiles { get; set; }
    public string Level { get; set; } = "";
    public string Format { get; set; } = "";
}

internal sealed class HistorySection
{
    public int EventsDays { get; set; }
    public int ActionsKept { get; set; }
    public double ActionOutputMb { get; set; }
}

internal sealed class WatchSection
{
    public bool Enabled { get; set; }
    public List<WatchPathSection> Paths { get; set; } = [];
    public List<string> Ignore { get; set; } = [];
    public bool Gitignore { get; set; }
    public double DebounceMs { get; set; }
    public double MaxWaitMs { get; set; }
    public string Polling { get; set; } = "";
}

internal sealed class WatchPathSection
{
    public string Path { get; set; } = "";
    public List<string> Events { get; set; } = [];
    public List<string> Extensions { get; set; } = [];
    public List<string> Ignore { get; set; } = [];
}

internal sealed class ScheduleSection
{
    public bool Enabled { get; set; }
    public string Timezone { get; set; } = "";
    public List<JobSection> Jobs { get; set; } = [];
}

internal sealed class JobSection
{
    public string Id { get; set; } = "";
    public string? Cron { get; set; }
    public double? EveryMinutes { get; set; }
    public string? PingUrlEnv { get; set; }
    public ActionSection Action { get; set; } = new();
    public string? Timezone { get; set; }
    public string CatchUp { get; set; } = "";
    public string Overlap { get; set; } = "";
    public double JitterSeconds { get; set; }
    public bool Enabled { get; set; }
}
