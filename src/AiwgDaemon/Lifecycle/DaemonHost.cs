using System.Runtime.InteropServices;
using AiwgDaemon.Config;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// The life of one daemon, in the order of the specification: claim the project, read the configuration, wire the parts,
/// start them, say that it is ready, serve requests, drain.
/// </summary>
internal static class DaemonHost
{
    /// <summary>Runs until a signal or a client asks for the end. A <see cref="StartException"/> if it cannot start.</summary>
    public static int Run(ProjectPaths paths, string? configFile, ProjectTrust trust, Readiness readiness)
    {
        OpenFileLimit.Require();
        using var notify = ServiceNotify.FromEnvironment();
        var requests = new HostRequests();
        using var signals = new ShutdownSignals(signal =>
        {
            if (signal == PosixSignal.SIGHUP) requests.Reload("SIGHUP");
            else requests.Stop(signal.ToString());
        });
        using var claim = ProjectClaim.Take(paths);
        // What a long backlog takes to be read is not waited for. All of it may be cut off anywhere, as by a loss of power.
        requests.BeforeReady(reason =>
        {
            StartLog.Write(paths, log => log.StoppedBeforeReady(reason));
            claim.RemovePidFile();
            // The lock ends with the process, and not before: this one may be writing still.
            Environment.Exit(0);
        });
        try
        {
            var configuration = LoadConfiguration(paths, configFile);
            CrashPoint.At(CrashStep.ConfigurationRead);
            // The thread that waits for the end is the one that the timers run on.
            var clock = new AlarmClock(ownThread: false);
            var run = RunClaimedAsync(paths, claim, configuration, new Reloading(configFile, trust), requests, readiness, notify, clock);
            clock.RunUntil(run);
            return run.GetAwaiter().GetResult();
        }
        catch (StartException e)
        {
            StartLog.Write(paths, log => log.StartFailed(e.Message.TrimEnd('\n').ReplaceLineEndings("; ")));
            throw;
        }
    }

    private static async Task<int> RunClaimedAsync(
        ProjectPaths paths,
        ProjectClaim claim,
        DaemonConfiguration configuration,
        Reloading reloading,
        HostRequests requests,
        Readiness readiness,
        ServiceNotify notify,
        AlarmClock clock)
    {
        // Both are disposed of by the life.
        var ground = Groundwork.Open(paths, configuration, clock, readiness.IsDetached);
        var parts = new DaemonParts(paths, claim, configuration, requests, clock, notify, ground);
        await using var life = new DaemonLife(parts);
        await life.StartAsync(() => requests.BeforeReady(null));
        // Before anybody may know that it runs: whoever hears of it may remove its files in the next instant.
        parts.WatchOwnFiles(clock);
        readiness.Ready();
        notify.Ready("Running");
        CrashPoint.At(CrashStep.Ready);
        // Behind the start: nobody waits for it.
        if (KnownProjects.Note(paths.Project) is { } fault) parts.Log.ProjectNotNoted(fault);
        var reloader = new Reloader(paths, reloading.ConfigFile, reloading.Trust, parts, life);
        await foreach (var request in requests.Reader.ReadAllAsync())
        {
            if (request.Reload is null)
            {
                await life.StopAsync(request.Reason, requests.Hurry);
                break;
            }
            requests.BeginReload();
            notify.Reloading();
            var outcome = await reloader.ReloadAsync(request.Reason);
            notify.Ready(outcome.Applied ? "Running" : $"Running with the configuration before: {outcome.Errors[0]}");
            request.Reload.SetResult(outcome);
        }
        return 0;
    }

    private static DaemonConfiguration LoadConfiguration(ProjectPaths paths, string? configFile)
    {
        try
        {
            var file = ConfigLoader.Find(paths.Project, configFile);
            if (configFile is null && !Path.Exists(file)) ConfigLoader.WriteDefault(file);
            var result = ConfigLoader.Load(paths.Project, configFile);
            return result.Configuration
                ?? throw new StartException(string.Join('\n', result.Errors), StartFailure.InvalidConfiguration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The configuration cannot be read: {e.Message}", StartFailure.InvalidConfiguration, e);
        }
    }

    /// <summary>What a reload needs besides the parts.</summary>
    private sealed record Reloading(string? ConfigFile, ProjectTrust Trust);
}
