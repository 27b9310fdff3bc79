using AiwgDaemon.Api.Files;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Config;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Cron.Zones;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle.Doctor;

/// <summary>
/// Looks at everything around a project's daemon that can go wrong, and changes nothing. Behind the command
/// <c>doctor</c>, and behind an action of that type (<see cref="AsAction"/>).
/// </summary>
internal sealed class EnvironmentCheck(ProjectPaths paths, string? configFile, TimeProvider clock)
{
    private readonly List<Finding> _findings = [];

    /// <summary>The check as the executor runs it: writes its lines to the action's output; 0, or 1 if something needs
    /// attention.</summary>
    public static Func<TextWriter, CancellationToken, Task<int>> AsAction(ProjectPaths paths, string? configFile, TimeProvider clock) =>
        async (output, token) =>
        {
            var findings = new EnvironmentCheck(paths, configFile, clock) { IsDaemon = true }.Run();
            foreach (var finding in findings)
                await output.WriteLineAsync(
                    $"{(finding.Attention ? "attention" : "ok"), -9}  {finding.Check}: {finding.Message}".AsMemory(),
                    token
                );
            return findings.Any(f => f.Attention) ? 1 : 0;
        };

    /// <summary>The daemon asks: whose project it may run was decided when it started.</summary>
    private bool IsDaemon { get; init; }

    public IReadOnlyList<Finding> Run()
    {
        if (!IsDaemon) Trust();
        var fault = ProjectFault.Of(paths);
        var configuration = configFile is null && ProjectFault.OfFolder(paths) is not null ? null : Configuration();
        ProcessIdentity? holder = null;
        DaemonState? state = null;
        if (fault is not null)
        {
            // What is behind a link is not the daemon's.
            Bad("files", fault);
        }
        else
        {
            if (TryHolder(out holder))
            {
                state = LastState();
                LeftOvers(holder, state);
                Heartbeat(holder, state);
            }
            _findings.AddRange(PermissionCheck.Run(paths));
        }
        if (configuration is not null)
            _findings.AddRange(WatchCheck.Run(paths.Project, configuration.Watch, state, holder is not null));
        if (configuration is not null)
            _findings.AddRange(WebhookCheck.Run(configuration.Http.Below(paths.Project), holder is not null, clock.GetUtcNow()));
        _findings.AddRange(DiskCheck.Run(paths, configuration?.Watch));
        Clock(state);
        if (configuration is not null) AiwgOnPath(configuration);
        return _findings;
    }

    private void Trust()
    {
        var trust = new ProjectTrust(paths, configFile, asMe: false);
        if (trust.Fault() is { } fault) Bad("project", fault);
        else if (trust.ForeignOwner() is { } owner) Good("project", $"{paths.Project} belongs to {owner.Display}, and is trusted");
        else Good("project", $"{paths.Project} is nobody else's to write");
    }

    private DaemonConfiguration? Configuration()
    {
        var seen = ProjectConfiguration.Of(paths, configFile);
        var file = seen.Path;
        if (!File.Exists(file))
        {
            Good("config", $"{file} is not there yet; the first start writes it");
            return null;
        }
        if (seen.IsFollowed) Good("config", $"{file} is what the running daemon works by, not {ConfigLoader.Find(paths.Project, null)}");
        var result = seen.Load();
        foreach (var error in result.Errors) Bad("config", error.ToString());
        foreach (var warning in result.Warnings) _findings.Add(new("config", warning.Concern != ConfigConcern.None, warning.ToString()));
        if (result.Configuration is { } valid)
            Good("config", $"{file} is valid: {valid.Contents}");
        return result.Configuration;
    }

    /// <summary>False if somebody else's daemon may run, of which nothing can be said: what looks left over may be in use.</summary>
    private bool TryHolder(out ProcessIdentity? holder)
    {
        holder = null;
        try
        {
            holder = RunningDaemon.Look(paths, TimeSpan.Zero);
            return true;
        }
        catch (UnauthorizedAccessException e)
        {
            Bad("daemon", $"cannot be looked at: {e.Message}");
            return false;
        }
        catch (IOException e)
        {
            Bad("daemon", $"{e.Message}; the lock file was tampered with");
            return true;
        }
    }

    private DaemonState? LastState()
    {
        try
        {
            return JsonSerializer.Deserialize(SecureFile.ReadAll(paths.State), StateJsonContext.Default.DaemonState);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Bad("files", $"{paths.State} cannot be used: {e.Message}; the next start writes it anew");
            return null;
        }
    }

    // Nothing here keeps a daemon from starting: the kernel's lock decides, and a start replaces what is stale.
    private void LeftOvers(ProcessIdentity? holder, DaemonState? state)
    {
        if (holder is { } running)
        {
            if (running.Pid > 0)
                Good("daemon", $"runs with pid {running.Pid}");
            else
                Bad("daemon", $"is just starting, or cannot be told: {InstanceLock.WhyUnknown(paths.Lock)}");
            if (!OperatingSystem.IsWindows() && !File.Exists(paths.Socket))
                Bad("files", $"{paths.Socket} is missing although the daemon runs; it is made anew at the next heartbeat");
            if (!File.Exists(paths.PidFile))
                Bad("files", $"{paths.PidFile} is missing although the daemon runs; it is written again at the next heartbeat");
            return;
        }
        Good("daemon", state is { Running: true } ? "does not run; the last one was killed or crashed" : "does not run");
        if (File.Exists(paths.PidFile)) Good("files", $"{paths.PidFile} is stale; the next start replaces it");
        if (File.Exists(paths.Socket)) Good("files", $"{paths.Socket} is stale; the next start replaces it");
    }

    private void Heartbeat(ProcessIdentity? holder, DaemonState? state)
    {
        if (holder is not { Pid: > 0 } running || state is null || state.Pid != running.Pid) return;
        var age = clock.GetUtcNow() - state.LastHeartbeat;
        if (age > TimeSpan.FromSeconds(3 * state.HeartbeatIntervalSeconds))
            Bad(
                "daemon",
                $"its last heartbeat is {age.TotalSeconds:F0} s old; it hangs or was stopped: 'aiwg-daemon stop --force', then 'start'"
            );
        foreach (var issue in state.Health.Issues)
            Bad("daemon", $"reports {issue.Key}: {issue.Message}");
    }

    private void Clock(DaemonState? state)
    {
        var now = clock.GetUtcNow();
        if (now.Year < 2025) Bad("clock", $"shows {now:yyyy-MM-dd}, which is in the past; set it, schedules depend on it");
        else if (state is not null && state.LastHeartbeat - now > TimeSpan.FromMinutes(1))
            Bad("clock", $"is {(state.LastHeartbeat - now).TotalMinutes:F0} min behind the last heartbeat; it was set back");
        else if (ZoneFiles.System.Read(null) is { Problem: { } problem }) Bad("clock", $"has no local time zone: {problem}");
        else Good("clock", $"{now:yyyy-MM-dd HH:mm:ss} UTC, local zone {LocalZone(now)}");
    }

    // The file may have no name, and it may have another one than it is called by if it is mounted over another.
    private static string LocalZone(DateTimeOffset now)
    {
        var offset = TimeSpan.FromTicks(ZoneFiles.System.Read(null).Zone.At(now.UtcTicks).Offset);
        var shown = $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}";
        return ZoneFiles.System.LocalName() is { } name ? $"{name} ({shown})" : $"{shown} (/etc/localtime)";
    }

    private void AiwgOnPath(DaemonConfiguration configuration)
    {
        var needs = configuration
            .Rules.Where(r => r.Enabled && r.Action.Type is ActionType.Cli or ActionType.Ralph)
            .Select(r => r.Id)
            .ToList();
        var found = ExecutableSearch.Find("aiwg", Environment.GetEnvironmentVariable("PATH"), paths.Project);
        if (found is not null)
            Good("aiwg", $"is {found}");
        else if (needs.Count > 0)
            Bad(
                "aiwg",
                $"is not on PATH, but needed by {string.Join(", ", needs)}; install it, or start the daemon with a PATH that has it"
            );
        else
            Good("aiwg", "is not on PATH; no rule and no job needs it");
    }

    private void Good(string check, string message) => _findings.Add(new(check, Attention: false, message));

    private void Bad(string check, string message) => _findings.Add(new(check, Attention: true, message));
}
