namespace AiwgDaemon.Lifecycle;

/// <summary>Where everything of one project is: the names of the contract, all absolute.</summary>
internal sealed class ProjectPaths(string project)
{
    public string Project { get; } = project;

    public string Aiwg => Path.Combine(Project, ".aiwg");

    public string Daemon => Path.Combine(Aiwg, "daemon");

    public string PidFile => Path.Combine(Aiwg, "daemon.pid");

    public string Lock => Path.Combine(Daemon, ".lock");

    public string State => Path.Combine(Daemon, "state.json");

    public string Automation => Path.Combine(Daemon, "automation.json");

    public string Heartbeat => Path.Combine(Daemon, "heartbeat");

    public string Tasks => Path.Combine(Daemon, "tasks");

    public string Log => Path.Combine(Daemon, "daemon.log");

    public string Actions => Path.Combine(Daemon, "actions");

    public string Events => Path.Combine(Daemon, "events");

    public string Socket => Path.Combine(Daemon, "daemon.sock");

    public string GitIgnore => Path.Combine(Daemon, ".gitignore");

    /// <summary>The nearest directory with <c>.aiwg</c> from here upwards, as git finds its own; else the directory itself.</summary>
    public static ProjectPaths FindFrom(string directory)
    {
        for (var candidate = new DirectoryInfo(directory); candidate is not null; candidate = candidate.Parent)
            if (Directory.Exists(Path.Combine(candidate.FullName, ".aiwg"))) return new(candidate.FullName);
        return new(directory);
    }
}
