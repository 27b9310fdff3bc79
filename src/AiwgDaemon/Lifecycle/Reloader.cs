using AiwgDaemon.Config;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>Reads the configuration again and applies it as one step; one with faults leaves everything as it was and shows in
/// health.</summary>
internal sealed class Reloader(ProjectPaths paths, string? configFile, ProjectTrust trust, DaemonParts parts, DaemonLife life)
{
    // A file on a filesystem that does not answer holds up neither this daemon nor its end.
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(10);

    public async Task<ReloadOutcome> ReloadAsync(string reason)
    {
        if (trust.Fault() is { } fault) return Refuse(reason, [fault]);
        ConfigResult result;
        try
        {
            result = await Task
                .Factory.StartNew(
                    () => ConfigLoader.Load(paths.Project, configFile, ConfigSurroundings.Of(ConfigPurpose.Reload)),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
                .WaitAsync(ReadLimit);
        }
        catch (TimeoutException)
        {
            return Refuse(
                reason,
                [
                    $"The configuration was not read within {ReadLimit.TotalSeconds:F0} s: its filesystem, or that of a path in it, does "
                        + "not answer",
                ]
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(reason, [$"The configuration cannot be read: {e.Message}"]);
        }
        if (result.Configuration is not { } configuration) return Refuse(reason, [.. result.Errors.Select(e => e.ToString())]);
        CrashPoint.At(CrashStep.ReloadRead);
        var changes = ConfigDifference.Describe(parts.Configuration, configuration);
        try
        {
            await life.ApplyAsync(configuration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StartException)
        {
            return Refuse(reason, [e.Message]);
        }
        CrashPoint.At(CrashStep.ReloadApplied);
        parts.Report(IssueKeys.Reload, null);
        parts.Log.Reloaded(reason, changes.Count == 0 ? "nothing changed" : string.Join("; ", changes));
        parts.PublishState();
        await life.AnnounceReloadAsync(changes);
        CrashPoint.At(CrashStep.ReloadAnnounced);
        return new ReloadOutcome(true, changes, []);
    }

    private ReloadOutcome Refuse(string reason, IReadOnlyList<string> errors)
    {
        parts.Report(
            IssueKeys.Reload,
            $"The configuration was not reloaded and the one before stays in force: {string.Join("; ", errors)}"
        );
        parts.Log.ReloadRefused(reason, string.Join("; ", errors));
        // Before anybody hears of the refusal: 'status' right after it must not say healthy.
        parts.PublishState();
        return new ReloadOutcome(false, [], errors);
    }
}
