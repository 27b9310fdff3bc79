using AiwgDaemon.Config;
using AiwgDaemon.Http;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// What would keep a daemon with this configuration from starting, asked while the one before still runs: a restart that cannot succeed
/// must not cost the daemon that is there.
/// </summary>
internal static class StartCheck
{
    /// <summary>The first obstacle with its cure; null if none is seen.</summary>
    public static string? Obstacle(ProjectPaths paths, DaemonConfiguration configuration) =>
        Files(paths) ?? Server(paths, configuration);

    private static string? Files(ProjectPaths paths)
    {
        string[] directories = [paths.Aiwg, paths.Daemon, paths.Events, paths.Actions];
        foreach (var directory in directories.Where(Directory.Exists))
            if (!WriteAccess.To(directory))
                return $"{directory} cannot be written; the daemon keeps its files there: mount it writable, or change its owner or mode";
        try
        {
            SecureFile.Open(paths.Log, SecureOpen.Append).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The log cannot be written: {e.Message}";
        }
    }

    private static string? Server(ProjectPaths paths, DaemonConfiguration configuration)
    {
        var http = configuration.Http.Below(paths.Project);
        if (!http.Enabled) return null;
        try
        {
            WebhookTable.Create(configuration.Webhook, http.IsLocal);
            OperatorRoutes.CheckToken(http);
            TlsCertificate.Load(http);
            var held = Held(paths);
            return http
                .Listen.Where(address => !held.Any(h => IsOwn(h, address)))
                .Select(ListenSocket.Fault)
                .FirstOrDefault(fault => fault is not null);
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    // What the daemon that is about to end listens on is free by then.
    private static IReadOnlyList<ListenAddress> Held(ProjectPaths paths)
    {
        if (!StateStore.TryRead(paths.State, out var state, out _) || state.Monitors.Webhook is not { Enabled: true, Host: { } host } held)
            return [];
        return [.. (held.Listen ?? []).Select(ListenAddress.Parse).Append(new ListenAddress(host, held.Port ?? 0))];
    }

    // Another address of the same port may be held by anybody.
    private static bool IsOwn(ListenAddress held, ListenAddress wanted) =>
        held == wanted
        || (held.SocketPath is null && wanted.SocketPath is null && held.Port == wanted.Port && (IsAny(held.Host) || IsAny(wanted.Host)));

    private static bool IsAny(string host) => host is "*" or "0.0.0.0" or "::";
}
